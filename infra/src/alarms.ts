import { Aws, Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import * as actions from "aws-cdk-lib/aws-cloudwatch-actions";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as sns from "aws-cdk-lib/aws-sns";
import * as subscriptions from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";

import type { FunctionName } from "./grants.js";
import type { WorkQueue } from "./queues.js";

/** What is watched. */
export interface AlarmsProps {
  readonly name: string;
  readonly email: string;
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly functions: Readonly<Record<FunctionName, lambda.Function>>;
}

/** Mails the operator when something needs a person. Ten alarms cost nothing, so there are no more. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, "Topic", {
      // A name that none of the topics begins with that the functions may make and write to.
      topicName: `alarms-of-${props.name}`,
      displayName: `PAM ${props.name}`,
      enforceSSL: true,
    });
    // A topic with a policy of its own has lost the one that lets the account's services write to it.
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    this.topic.addSubscription(new subscriptions.EmailSubscription(props.email));

    for (const [work, { queue, dead }] of Object.entries(props.queues)) {
      this.#alarm(`${props.name}-${work}-dead-letters`, `Work of the ${work} failed too often: see "Dead letters" in docs/operations.md.`, {
        metric: dead.metricApproximateNumberOfMessagesVisible({ statistic: "max", period: Duration.minutes(5) }),
        threshold: 1,
      });
      this.#alarm(`${props.name}-${work}-waits`, `Work of the ${work} has waited for an hour.`, {
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: "max", period: Duration.minutes(5) }),
        threshold: Duration.hours(1).toSeconds(),
      });
    }
    for (const [name, watched] of Object.entries(props.functions)) {
      this.#alarm(`${props.name}-${name}-errors`, `The function ${name} fails: see "Logs" in docs/operations.md.`, {
        metric: watched.metricErrors({ statistic: "sum", period: Duration.minutes(5) }),
        // Single failures are tried again, by queue, schedule or person.
        threshold: name === "api" ? 1 : 3,
      });
    }
    this.#alarm(`${props.name}-throttles`, "Functions of this account are refused executions: see \"Quotas\" in docs/operations.md.", {
      // Of the whole account, whose functions share its executions.
      metric: new cloudwatch.Metric({ namespace: "AWS/Lambda", metricName: "Throttles", statistic: "sum", period: Duration.minutes(5) }),
      threshold: 1,
      periods: 2, // a queue's poller tries again
    });
  }

  #alarm(name: string, description: string, when: { metric: cloudwatch.IMetric; threshold: number; periods?: number }): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: name,
      alarmDescription: description,
      metric: when.metric,
      threshold: when.threshold,
      evaluationPeriods: when.periods ?? 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const mail = new actions.SnsAction(this.topic);
    alarm.addAlarmAction(mail);
    alarm.addOkAction(mail);
  }
}
