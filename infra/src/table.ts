import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";

/** The catalog: one table, paid by the request, that can be put back to any second of the last 35 days. */
export class Catalog extends Construct {
  readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: { name: string }) {
    super(scope, id);
    this.table = new dynamodb.Table(this, "Table", {
      // A name of its own: a stack that is made again takes up the table that was kept.
      tableName: props.name,
      partitionKey: { name: "pk", type: dynamodb.AttributeType.STRING },
      sortKey: { name: "sk", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "ttl",
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
