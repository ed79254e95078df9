import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as logs from "aws-cdk-lib/aws-logs";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { join } from "node:path";

import { explainWildcards } from "./explain.js";
import { type FunctionName, grants, type Holdings, topicArnPrefix, wildcardReason } from "./grants.js";
import type { Login } from "./login.js";
import { maxReceives } from "./queues.js";

/** How long each function may take, and how much memory it has in MB; processor time goes with memory. */
export const sizes = {
  // A stream ends after a minute, an operation after 20 s.
  api: { timeout: Duration.seconds(70), memory: 512 },
  detector: { timeout: Duration.seconds(90), memory: 1024 },
  archiver: { timeout: Duration.minutes(10), memory: 1769 }, // one whole processor
  sweeper: { timeout: Duration.minutes(4), memory: 256 },
} satisfies Record<FunctionName, { timeout: Duration; memory: number }>;

/** How many detectors run at a time: what one owner's counters take, and Rekognition's default quotas. */
export const detectorConcurrency = 10;
/** How many archivers run at a time: one archive of 500,000 photos must not take all executions of a new account. */
export const archiverConcurrency = 5;

/** Bytes that an archiver holds of the parts that it builds: several at a time, since most of the time goes by waiting for S3. */
const archiveMemory = 256 * 1024 * 1024;

/** How often the sweeper looks after what stands still. */
const sweepInterval = Duration.minutes(5);

/** What the functions are made of. */
export interface FunctionsProps {
  /** How their names begin. */
  readonly name: string;
  readonly on: Holdings;
  readonly login: Login;
  /** The origin of the pages. */
  readonly siteOrigin: string;
  readonly allowOrigins: readonly string[];
  readonly apiConcurrency?: number | undefined;
  /** The folder of the zip files. */
  readonly codeFolder: string;
}

/** The functions, with the role, log and triggers of each. */
export class Functions extends Construct {
  readonly api: lambda.Function;
  readonly detector: lambda.Function;
  readonly archiver: lambda.Function;
  readonly sweeper: lambda.Function;
  /** Where the API answers: a function URL without a check of its own, because every request carries a token. */
  readonly url: lambda.FunctionUrl;
  readonly #props: FunctionsProps;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    this.#props = props;
    const { on, login } = props;
    const stores = {
      PAM_TABLE: on.table.tableName,
      PAM_STORAGE_BUCKET: on.storage.photos.bucketName,
      PAM_WORKING_BUCKET: on.storage.working.bucketName,
    };
    const uploads = { PAM_DETECTOR_QUEUE_URL: on.uploads.queue.queueUrl };
    const archives = { PAM_ARCHIVER_QUEUE_URL: on.archives.queue.queueUrl };
    const receives = { PAM_MAX_RECEIVES: String(maxReceives) };
    const notices = { PAM_SITE: props.siteOrigin, PAM_TOPIC_PREFIX: topicArnPrefix(on.topicPrefix) };
    this.api = this.#function("api", {
      ...stores,
      ...archives,
      ...notices,
      PAM_ISSUER: login.issuer,
      PAM_CLIENT_IDS: login.clientIds.join(","),
      PAM_USER_POOL_ID: login.pool.userPoolId,
      PAM_LOGIN_ORIGINS: login.origin,
      PAM_LOGOUT_URL: login.logoutUrl,
      PAM_STORE_ORIGIN: storeOrigin(on),
      ...(props.allowOrigins.length > 0 ? { PAM_ALLOW_ORIGINS: props.allowOrigins.join(",") } : {}),
    });
    this.detector = this.#function("detector", { ...stores, ...uploads, ...receives });
    this.archiver = this.#function("archiver", {
      ...stores,
      ...archives,
      ...receives,
      ...notices,
      PAM_ARCHIVE_MEMORY: String(archiveMemory),
    });
    this.sweeper = this.#function("sweeper", { ...stores, ...uploads, ...archives });

    for (const consumer of [this.detector, this.archiver]) {
      // A message that found a store busy is sent again as a copy, more often than the 16 times after which Lambda takes a
      // function that writes to its own queue for one out of hand. It ends after 6 hours (internal/sqsevent).
      (consumer.node.defaultChild as lambda.CfnFunction).recursiveLoop = "Allow";
    }
    this.url = this.api.addFunctionUrl({
      authType: lambda.FunctionUrlAuthType.NONE,
      invokeMode: lambda.InvokeMode.RESPONSE_STREAM,
    });
    // One photo at a time, since it takes the whole processor; parts of archives, which wait for S3, ten.
    this.#consume(this.detector, on.uploads.queue, { batchSize: 1, maxConcurrency: detectorConcurrency });
    this.#consume(this.archiver, on.archives.queue, { batchSize: 10, maxConcurrency: archiverConcurrency });
    new events.Rule(this, "Schedule", {
      description: "Takes up what stands still, and ends what is over",
      schedule: events.Schedule.rate(sweepInterval),
      // The next one comes soon and does the same.
      targets: [new targets.LambdaFunction(this.sweeper, { retryAttempts: 0, maxEventAge: sweepInterval })],
    });
  }

  #function(name: FunctionName, environment: Record<string, string>): lambda.Function {
    const scope = new Construct(this, name);
    const fullName = `${this.#props.name}-${name}`;
    const logGroup = new logs.LogGroup(scope, "Log", {
      logGroupName: `/aws/lambda/${fullName}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(scope, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
      description: `What the function ${fullName} may do`,
    });
    const log = new iam.PolicyStatement({
      sid: "Log",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    });
    const statements = grants(name, this.#props.on);
    const policy = new iam.Policy(scope, "Policy", { roles: [role], statements: [log, ...statements] });
    explainWildcards(policy, statements, wildcardReason);
    const reserved = name === "api" ? this.#props.apiConcurrency : undefined;
    const made = new lambda.Function(scope, "Function", {
      functionName: fullName,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      architecture: lambda.Architecture.ARM_64,
      handler: "bootstrap",
      code: lambda.Code.fromAsset(join(this.#props.codeFolder, `${name}.zip`)),
      timeout: sizes[name].timeout,
      memorySize: sizes[name].memory,
      role: role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment,
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
    });
    made.node.addDependency(policy); // the first execution may come at once
    return made;
  }

  #consume(consumer: lambda.Function, queue: sqs.IQueue, how: { batchSize: number; maxConcurrency: number }): void {
    const policy = consumer.node.scope?.node.findChild("Policy") as iam.Policy;
    policy.addStatements(
      new iam.PolicyStatement({
        sid: "Queue", // what Lambda's poller does in the role of the function
        actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        resources: [queue.queueArn],
      }),
    );
    consumer.addEventSource(new SqsEventSource(queue, { ...how, reportBatchItemFailures: true }));
  }
}

/** The origin of signed links to photos. */
export function storeOrigin(on: Holdings): string {
  return `https://${on.storage.photos.bucketRegionalDomainName}`;
}
