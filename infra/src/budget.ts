import { Aws } from "aws-cdk-lib";
import * as budgets from "aws-cdk-lib/aws-budgets";
import { Construct } from "constructs";

/** Mails when the account's bill comes near what it may be. Of the whole account: tags reach the bill only once switched on there. */
export class Budget extends Construct {
  constructor(scope: Construct, id: string, props: { name: string; email: string; monthly: number }) {
    super(scope, id);
    const mail = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" },
      subscribers: [{ subscriptionType: "EMAIL", address: props.email }],
    });
    new budgets.CfnBudget(this, "Monthly", {
      budget: {
        budgetName: `${props.name}-${Aws.REGION}`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: props.monthly, unit: "USD" },
      },
      notificationsWithSubscribers: [mail("ACTUAL", 80), mail("FORECASTED", 100)],
    });
  }
}
