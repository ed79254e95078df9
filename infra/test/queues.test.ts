import { describe, expect } from "vitest";

import { keeps } from "./promises.js";
import { flat, type Statement } from "./template.js";

const works = [
  ["Uploads", "detector"],
  ["Archives", "archiver"],
] as const;

describe("each queue", () => {
  keeps({
    "hides a message for six times as long as its function may take": (stack) => {
      for (const [work, name] of works) {
        expect(stack.one("SQS::Queue", `${work}Queue`).properties.VisibilityTimeout).toBe(6 * (stack.fn(name).properties.Timeout as number));
      }
    },
    "sends what failed five times to its dead-letter queue, and tells the function how often": (stack) => {
      for (const [work, name] of works) {
        const dead = stack.one("SQS::Queue", `${work}Dead`);
        expect(stack.one("SQS::Queue", `${work}Queue`).properties.RedrivePolicy).toEqual({
          deadLetterTargetArn: { "Fn::GetAtt": [dead.id, "Arn"] },
          maxReceiveCount: 6,
        });
        expect(stack.fn(name).properties.Environment.Variables.PAM_MAX_RECEIVES).toBe("6");
      }
    },
    "has a dead-letter queue that takes from it alone and keeps for 14 days": (stack) => {
      for (const [work] of works) {
        const { properties } = stack.one("SQS::Queue", `${work}Dead`);
        const queue = stack.one("SQS::Queue", `${work}Queue`);
        expect(properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
        expect(properties.RedriveAllowPolicy.redrivePermission).toBe("byQueue");
        expect((properties.RedriveAllowPolicy.sourceQueueArns as unknown[]).map(flat)).toEqual([
          `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:${String(queue.properties.QueueName)}`,
        ]);
      }
    },
    "is encrypted and takes TLS alone": (stack) => {
      for (const { id, properties } of stack.all("SQS::Queue")) {
        expect(properties.SqsManagedSseEnabled).toBe(true);
        const policy = stack.all("SQS::QueuePolicy").find((candidate) => flat(candidate.properties.Queues[0]) === `<${id}>`);
        expect((policy?.properties.PolicyDocument.Statement as Statement[])[0]).toMatchObject({
          Effect: "Deny",
          Action: "sqs:*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        });
      }
    },
    "takes messages of S3 from the one bucket of this account alone": (stack) => {
      const allowed = stack
        .all("SQS::QueuePolicy")
        .flatMap(({ properties }) => properties.PolicyDocument.Statement as Statement[])
        .filter(({ Effect }) => Effect === "Allow");
      expect(allowed).toHaveLength(1);
      expect(allowed[0]).toMatchObject({ Action: "sqs:SendMessage", Principal: { Service: "s3.amazonaws.com" } });
      const { ArnEquals, StringEquals } = allowed[0]?.Condition as Record<string, Record<string, unknown>>;
      const bucket = flat(stack.one("S3::Bucket", "StoragePhotos").properties.BucketName);
      expect(flat(ArnEquals?.["aws:SourceArn"])).toBe(`arn:<AWS::Partition>:s3:::${bucket}`);
      expect(StringEquals).toEqual({ "aws:SourceAccount": { Ref: "AWS::AccountId" } });
    },
  });
});

describe("alarms", () => {
  keeps({
    "ring for dead letters, work that waits, functions that fail, and throttles": (stack) => {
      const watched = stack.all("CloudWatch::Alarm").map(({ properties }) => `${String(properties.MetricName)} ${properties.Dimensions ? flat(properties.Dimensions[0].Value) : "all"}`);
      const attribute = (type: string, id: string) => `<${stack.one(type, id).id}.QueueName>`;
      expect(watched.sort()).toEqual(
        [
          ...works.flatMap(([work]) => [
            `ApproximateNumberOfMessagesVisible ${attribute("SQS::Queue", `${work}Dead`)}`,
            `ApproximateAgeOfOldestMessage ${attribute("SQS::Queue", `${work}Queue`)}`,
          ]),
          ...["api", "detector", "archiver", "sweeper"].map((name) => `Errors <${stack.fn(name).id}>`),
          "Throttles all",
        ].sort(),
      );
    },
    "are no more than cost nothing": (stack) => {
      expect(stack.all("CloudWatch::Alarm").length).toBeLessThanOrEqual(10);
    },
    "ring for the first dead letter": (stack) => {
      for (const { properties } of stack.all("CloudWatch::Alarm")) {
        if (properties.MetricName === "ApproximateNumberOfMessagesVisible") {
          expect([properties.Threshold, properties.ComparisonOperator, properties.EvaluationPeriods]).toEqual([1, "GreaterThanOrEqualToThreshold", 1]);
        }
      }
    },
    "go to the e-mail address by a topic that CloudWatch may write to": (stack) => {
      const topic = stack.one("SNS::Topic");
      expect(stack.one("SNS::Subscription").properties).toMatchObject({ Protocol: "email", Endpoint: { Ref: "Email" }, TopicArn: { Ref: topic.id } });
      for (const { properties } of stack.all("CloudWatch::Alarm")) {
        expect(properties.AlarmActions).toEqual([{ Ref: topic.id }]);
      }
      const statements = stack.one("SNS::TopicPolicy").properties.PolicyDocument.Statement as Statement[];
      expect(statements).toContainEqual(
        expect.objectContaining({
          Effect: "Allow",
          Action: "sns:Publish",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        }),
      );
      expect(statements).toContainEqual(expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }));
    },
    "go to a topic that no function may write to": (stack) => {
      const topic = String(stack.one("SNS::Topic").properties.TopicName);
      const prefixes = ["api", "archiver"].flatMap((name) =>
        stack.statements(name).flatMap(({ Action, Resource }) => (String(Action).includes("sns:") ? [flat(Resource)] : [])),
      );
      expect(prefixes).toHaveLength(2);
      for (const prefix of prefixes) {
        expect(`arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${topic}`.startsWith(prefix.replace(/\*$/, ""))).toBe(false);
      }
    },
  });
});

describe("the budget", () => {
  keeps({
    "warns by e-mail at 80 percent, and when the forecast goes beyond": (stack) => {
      const { Budget, NotificationsWithSubscribers } = stack.one("Budgets::Budget").properties as {
        Budget: { BudgetLimit: object };
        NotificationsWithSubscribers: { Notification: { NotificationType: string; Threshold: number }; Subscribers: object[] }[];
      };
      expect([{ Amount: 5, Unit: "USD" }, { Amount: 20, Unit: "USD" }]).toContainEqual(Budget.BudgetLimit);
      expect(NotificationsWithSubscribers.map(({ Notification: { NotificationType, Threshold } }) => [NotificationType, Threshold])).toEqual([
        ["ACTUAL", 80],
        ["FORECASTED", 100],
      ]);
      for (const { Subscribers } of NotificationsWithSubscribers) {
        expect(Subscribers).toEqual([{ SubscriptionType: "EMAIL", Address: { Ref: "Email" } }]);
      }
    },
  });
});

describe("the dashboard", () => {
  keeps({
    "shows functions, queues and the table": (stack) => {
      const body = JSON.stringify(stack.one("CloudWatch::Dashboard").properties.DashboardBody);
      for (const metric of ["Invocations", "Errors", "Throttles", "Duration", "ApproximateAgeOfOldestMessage", "ConsumedWriteCapacityUnits", "TransactionConflict"]) {
        expect(body).toContain(metric);
      }
    },
  });
});
