import { Aws, Duration } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

import type { FunctionName } from "./grants.js";
import type { WorkQueue } from "./queues.js";

/** What the dashboard shows. */
export interface DashboardProps {
  readonly name: string;
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly functions: Readonly<Record<FunctionName, lambda.Function>>;
  readonly table: dynamodb.Table;
}

/** One page that says whether all is well. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { name, queues, functions, table }: DashboardProps) {
    super(scope, id);
    const period = Duration.minutes(5);
    const each = Object.entries(functions);
    const work = Object.entries(queues);
    const graph = (title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) =>
      new cloudwatch.GraphWidget({ title, left, right, width: 8, height: 6 });
    new cloudwatch.Dashboard(this, "Dashboard", {
      dashboardName: `${name}-${Aws.REGION}`,
      defaultInterval: Duration.days(1),
      widgets: [
        [
          graph("Executions", each.map(([label, f]) => f.metricInvocations({ label, period }))),
          graph(
            "Errors and throttles",
            each.map(([label, f]) => f.metricErrors({ label: `${label} errors`, period })),
            each.map(([label, f]) => f.metricThrottles({ label: `${label} throttles`, period })),
          ),
          graph("Time, 95 of 100", each.map(([label, f]) => f.metricDuration({ label, period, statistic: "p95" }))),
        ],
        [
          graph("Waiting", work.map(([label, q]) => q.queue.metricApproximateNumberOfMessagesVisible({ label, period }))),
          graph("Age of the oldest, seconds", work.map(([label, q]) => q.queue.metricApproximateAgeOfOldestMessage({ label, period }))),
          graph("Dead letters", work.map(([label, q]) => q.dead.metricApproximateNumberOfMessagesVisible({ label, period }))),
        ],
        [
          graph(
            "Table: units",
            [table.metricConsumedReadCapacityUnits({ label: "read", period })],
            [table.metricConsumedWriteCapacityUnits({ label: "written", period })],
          ),
          graph("Executions at a time", each.map(([label, f]) => f.metric("ConcurrentExecutions", { label, period, statistic: "max" }))),
          graph(
            "Table: conflicts and throttles",
            [table.metric("TransactionConflict", { label: "conflicts", period, statistic: "sum" })],
            [
              table.metric("ReadThrottleEvents", { label: "reads throttled", period, statistic: "sum" }),
              table.metric("WriteThrottleEvents", { label: "writes throttled", period, statistic: "sum" }),
            ],
          ),
        ],
      ],
    });
  }
}
