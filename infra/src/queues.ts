import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct, type IConstruct } from "constructs";

/**
 * How often a message is received before it lies in the dead-letter queue: five tries, and one more to give it up. "At least
 * 5" is what AWS advises for queues of functions: "Configuring a queue to use with Lambda" in the Lambda developer guide.
 */
export const maxReceives = 6;

/** How long messages are kept, in either queue: the longest that SQS has. */
const kept = Duration.days(14);

/** A queue of work for a function, with the queue of what failed too often. */
export class WorkQueue extends Construct {
  readonly queue: sqs.Queue;
  readonly dead: sqs.Queue;

  /**
   * @param props.handling the longest that the function takes. A message is hidden for six times that, as the Lambda
   * developer guide advises under "Configuring a queue to use with Lambda": room for retries of a throttled function.
   */
  constructor(scope: Construct, id: string, props: { name: string; handling: Duration }) {
    super(scope, id);
    const closed = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: kept,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.dead = new sqs.Queue(this, "Dead", {
      ...closed,
      queueName: `${props.name}-dead`,
    });
    this.queue = new sqs.Queue(this, "Queue", {
      ...closed,
      queueName: props.name,
      visibilityTimeout: Duration.seconds(6 * props.handling.toSeconds()),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: maxReceives },
    });
    // Only this queue's messages. By name, since each queue cannot refer to the other.
    (this.dead.node.defaultChild as sqs.CfnQueue).redriveAllowPolicy = {
      redrivePermission: "byQueue",
      sourceQueueArns: [`arn:${Aws.PARTITION}:sqs:${Aws.REGION}:${Aws.ACCOUNT_ID}:${props.name}`],
    };
  }

  /** Lets S3 send what happens in one bucket of this account. */
  allowBucket(arn: string): void {
    this.queue.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "EventsOfTheBucket",
        principals: [new iam.ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": arn }, StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
  }

  /** The policy of the queue, for what has to wait for it. */
  get policy(): IConstruct {
    return this.queue.node.findChild("Policy");
  }
}
