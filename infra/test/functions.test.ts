import { describe, expect, test } from "vitest";

import { keeps } from "./promises.js";
import { flat, list, Stack } from "./template.js";

const names = ["api", "detector", "archiver", "sweeper"] as const;

/** Who may do what to which resource, for a person to read. Another test compares the actions with the code. */
const permissions: Record<(typeof names)[number], string[]> = {
  api: [
    "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem TABLE",
    "s3:PutObject PHOTOS/photos/*",
    "s3:GetObject PHOTOS/photos/* PHOTOS/thumbs/*",
    "s3:GetObject WORKING/archives/*",
    "s3:DeleteObject PHOTOS/photos/* PHOTOS/thumbs/*",
    "s3:DeleteObject s3:AbortMultipartUpload WORKING/archives/*",
    "s3:ListBucket WORKING",
    "sqs:SendMessage ARCHIVES",
    "cognito-idp:AdminGetUser cognito-idp:ListUsers POOL",
    "sns:CreateTopic sns:DeleteTopic sns:Subscribe sns:ListSubscriptionsByTopic TOPICS",
  ],
  detector: [
    "dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem TABLE",
    "s3:GetObject s3:DeleteObject PHOTOS/photos/*",
    "s3:PutObject s3:DeleteObject PHOTOS/thumbs/*",
    "s3:ListBucket PHOTOS",
    "rekognition:DetectLabels *",
    "sqs:SendMessage sqs:ChangeMessageVisibility UPLOADS",
    "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes UPLOADS",
  ],
  archiver: [
    "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:BatchWriteItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem TABLE",
    "s3:GetObject PHOTOS/photos/* PHOTOS/thumbs/*",
    "s3:GetObject s3:PutObject s3:DeleteObject s3:AbortMultipartUpload s3:ListMultipartUploadParts WORKING/archives/*",
    "s3:ListBucket PHOTOS",
    "s3:ListBucket WORKING",
    "sqs:SendMessage sqs:ChangeMessageVisibility ARCHIVES",
    "sns:Publish TOPICS",
    "sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes ARCHIVES",
  ],
  sweeper: [
    "dynamodb:GetItem dynamodb:BatchGetItem dynamodb:Query dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem TABLE",
    "s3:GetObject s3:DeleteObject PHOTOS/photos/*",
    "s3:DeleteObject PHOTOS/thumbs/*",
    "s3:ListBucket PHOTOS",
    "s3:DeleteObject s3:AbortMultipartUpload WORKING/archives/*",
    "s3:ListBucket s3:ListBucketMultipartUploads WORKING",
    "sqs:SendMessage UPLOADS ARCHIVES",
  ],
};

describe("each function", () => {
  keeps({
    "runs on arm64 as a program of its own": (stack) => {
      for (const name of names) {
        const { properties } = stack.fn(name);
        expect([properties.Architectures, properties.Runtime, properties.Handler, properties.PackageType]).toEqual([["arm64"], "provided.al2023", "bootstrap", undefined]);
      }
      expect(stack.all("Lambda::Function")).toHaveLength(names.length);
    },
    "has a role that no other has, without policies of AWS": (stack) => {
      const roles = names.map((name) => flat(stack.fn(name).properties.Role));
      expect(new Set(roles).size).toBe(names.length);
      for (const { properties } of stack.all("IAM::Role")) {
        expect([properties.ManagedPolicyArns, properties.Policies]).toEqual([undefined, undefined]);
      }
    },
    "keeps its log for 30 days and writes to no other": (stack) => {
      for (const name of names) {
        const log = stack.one("Logs::LogGroup", `Functions${name}`);
        expect(log.properties.RetentionInDays).toBe(30);
        expect(stack.fn(name).properties.LoggingConfig).toEqual({ LogFormat: "JSON", LogGroup: { Ref: log.id } });
        const [statement] = stack.statements(name).filter(({ Sid }) => Sid === "Log");
        expect([statement?.Action, flat(statement?.Resource)]).toEqual([["logs:CreateLogStream", "logs:PutLogEvents"], `<${log.id}.Arn>`]);
      }
    },
  });
});

describe("least privilege", () => {
  keeps({
    "no action is a wildcard": (stack) => {
      const actions = stack.all("IAM::Policy").flatMap(({ properties }) => (properties.PolicyDocument.Statement as { Action: string | string[] }[]).flatMap(({ Action }) => list(Action)));
      expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    },
    "the only resource * is that of Rekognition, which has no other": (stack) => {
      const everything = names.flatMap((name) => stack.statements(name).filter(({ Resource }) => list(Resource).includes("*")));
      expect(everything.map(({ Action }) => Action)).toEqual(["rekognition:DetectLabels"]);
    },
    "each function may do this and no more": (stack) => {
      const short: [string, string][] = [
        [`<${stack.one("S3::Bucket", "StoragePhotos").id}.Arn>`, "PHOTOS"],
        [`<${stack.one("S3::Bucket", "StorageWorking").id}.Arn>`, "WORKING"],
        [`<${stack.one("SQS::Queue", "UploadsQueue").id}.Arn>`, "UPLOADS"],
        [`<${stack.one("SQS::Queue", "ArchivesQueue").id}.Arn>`, "ARCHIVES"],
        [`<${stack.one("DynamoDB::Table").id}.Arn>`, "TABLE"],
        [`<${stack.one("Cognito::UserPool").id}.Arn>`, "POOL"],
        [`arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${String(stack.one("DynamoDB::Table").properties.TableName)}-*`, "TOPICS"],
      ];
      for (const name of names) {
        const written = stack
          .statements(name)
          .filter(({ Sid }) => Sid !== "Log")
          .map(({ Action, Resource }) => `${list(Action).join(" ")} ${list(Resource).map(flat).join(" ")}`)
          .map((line) => short.reduce((text, [long, word]) => text.replaceAll(long, word), line));
        expect(written).toEqual(permissions[name]);
      }
    },
  });
});

describe("triggers", () => {
  keeps({
    "at most ten detectors run at a time": (stack) => {
      expect(stack.one("Lambda::EventSourceMapping", "Functionsdetector").properties.ScalingConfig).toEqual({ MaximumConcurrency: 10 });
    },
    "at most five archivers run at a time": (stack) => {
      expect(stack.one("Lambda::EventSourceMapping", "Functionsarchiver").properties.ScalingConfig).toEqual({ MaximumConcurrency: 5 });
    },
    "each queue has its function, which tells failures one by one": (stack) => {
      for (const [work, name] of [["Uploads", "detector"], ["Archives", "archiver"]] as const) {
        const { properties } = stack.one("Lambda::EventSourceMapping", `Functions${name}`);
        expect(flat(properties.EventSourceArn)).toBe(`<${stack.one("SQS::Queue", `${work}Queue`).id}.Arn>`);
        expect(flat(properties.FunctionName)).toBe(`<${stack.fn(name).id}>`);
        expect(properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
      }
    },
    "a function that sends its own messages again is not taken for a loop": (stack) => {
      expect(names.map((name) => stack.fn(name).properties.RecursiveLoop as unknown)).toEqual([undefined, "Allow", "Allow", undefined]);
    },
    "the sweeper runs every five minutes, and only the rule starts it": (stack) => {
      const rule = stack.one("Events::Rule");
      expect([rule.properties.ScheduleExpression, rule.properties.State]).toEqual(["rate(5 minutes)", "ENABLED"]);
      expect(flat(rule.properties.Targets[0].Arn)).toBe(`<${stack.fn("sweeper").id}.Arn>`);
      expect(stack.one("Lambda::Permission", "FunctionsSchedule").properties).toMatchObject({
        Action: "lambda:InvokeFunction",
        Principal: "events.amazonaws.com",
        SourceArn: { "Fn::GetAtt": [rule.id, "Arn"] },
      });
      expect(stack.fn("sweeper").properties.Timeout).toBeLessThan(5 * 60);
    },
  });
});

describe("the function URL", () => {
  keeps({
    "streams its answers and leaves the check to the token": (stack) => {
      expect(stack.one("Lambda::Url").properties).toMatchObject({ AuthType: "NONE", InvokeMode: "RESPONSE_STREAM" });
      expect(stack.one("Lambda::Url").properties.Cors).toBeUndefined(); // the function answers for itself
    },
    "is reached by both permissions that AWS asks for, by the URL alone": (stack) => {
      const open = stack.all("Lambda::Permission").filter(({ properties }) => properties.Principal === "*");
      expect(open.map(({ properties }) => [properties.Action, properties.FunctionUrlAuthType, properties.InvokedViaFunctionUrl] as unknown[])).toEqual([
        ["lambda:InvokeFunctionUrl", "NONE", undefined],
        ["lambda:InvokeFunction", undefined, true],
      ]);
      expect(new Set(open.map(({ properties }) => flat(properties.FunctionName)))).toEqual(new Set([`<${stack.fn("api").id}.Arn>`]));
    },
    "may be held open for longer than a stream lasts": (stack) => {
      expect(stack.fn("api").properties.Timeout).toBeGreaterThan(60);
    },
  });
});

test("executions are set aside for the API only when asked for: a new account has ten in all", () => {
  expect(new Stack("plain").fn("api").properties.ReservedConcurrentExecutions).toBeUndefined();
  expect(new Stack("full").fn("api").properties.ReservedConcurrentExecutions).toBe(50);
});

test("other sites may call the API only when named", () => {
  expect(new Stack("plain").fn("api").properties.Environment.Variables.PAM_ALLOW_ORIGINS).toBeUndefined();
  expect(new Stack("full").fn("api").properties.Environment.Variables.PAM_ALLOW_ORIGINS).toBe("https://friend.example.org,http://localhost:5173");
});
