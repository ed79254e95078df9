import { Aws, RemovalPolicy, Stack } from "aws-cdk-lib";
import * as appsync from "aws-cdk-lib/aws-appsync";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { buildSchema } from "graphql";
import { readFileSync } from "node:fs";

import { explain, explainWildcards } from "./explain.js";

/** What AppSync knows that is not in a schema's text. */
const known = `
  scalar AWSDateTime
  scalar AWSURL
  scalar AWSEmail
  scalar AWSJSON
  scalar AWSTimestamp
`;

/** How many events of one field AppSync may hand over in one invocation: a page of a list asks for a field of each node. */
const batch = 20;

/** Fields below the root that have arguments or cost a call each; their parents' answers leave them out (package appsync). */
export const nestedFields: readonly (readonly [string, string])[] = [
  ["Label", "photos"],
  ["Photo", "url"],
];

/** What AppSync is made of. */
export interface AppSyncProps {
  readonly name: string;
  /** The contract in the form that AppSync takes. */
  readonly schemaPath: string;
  /** The code of every resolver, which hands an event to the function and an error to the client. */
  readonly resolverPath: string;
  readonly handler: lambda.Function;
  readonly pool: cognito.UserPool;
}

/** The API by AppSync: every field of Query and Mutation goes to the function that answers everybody else. */
export class AppSync extends Construct {
  readonly api: appsync.GraphqlApi;

  constructor(scope: Construct, id: string, props: AppSyncProps) {
    super(scope, id);
    this.api = new appsync.GraphqlApi(this, "Api", {
      name: props.name,
      definition: appsync.Definition.fromFile(props.schemaPath),
      authorizationConfig: {
        defaultAuthorization: {
          authorizationType: appsync.AuthorizationType.USER_POOL,
          userPoolConfig: { userPool: props.pool, defaultAction: appsync.UserPoolDefaultAction.ALLOW },
        },
      },
      queryDepthLimit: 12, // as the function itself has it
      resolverCountLimit: 30, // as many root fields as the function takes
    });
    // On the resource itself: the construct would bring a function of its own to set how long the log is kept.
    (this.api.node.defaultChild as appsync.CfnGraphQLApi).logConfig = {
      cloudWatchLogsRoleArn: this.#logRole().roleArn,
      fieldLogLevel: "ERROR",
      excludeVerboseContent: true, // headers carry tokens
    };
    new logs.LogGroup(this, "Log", {
      logGroupName: `/aws/appsync/apis/${this.api.apiId}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    explain(this.api, { "AwsSolutions-ASC3": "Errors are logged, but not headers, which carry tokens; the function logs each request." });
    const source = this.api.addLambdaDataSource("Function", props.handler);
    for (const [typeName, fieldName] of [...rootFields(readFileSync(props.schemaPath, "utf8")), ...nestedFields]) {
      source.createResolver(`${typeName}.${fieldName}`, {
        typeName,
        fieldName,
        runtime: appsync.FunctionRuntime.JS_1_0_0,
        code: appsync.Code.fromInline(readFileSync(props.resolverPath, "utf8")),
        maxBatchSize: batch,
      });
    }
    const call = `<${Stack.of(this).getLogicalId(props.handler.node.defaultChild as lambda.CfnFunction)}.Arn>:*`;
    explain(source, { [`AwsSolutions-IAM5[Resource::${call}]`]: "AppSync may call any version of the function, and no other function." });
  }

  #logRole(): iam.Role {
    const role = new iam.Role(this, "LogRole", {
      assumedBy: new iam.ServicePrincipal("appsync.amazonaws.com"),
      description: "Lets AppSync write its log",
    });
    const write = new iam.PolicyStatement({
      sid: "Log",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws/appsync/apis/*`],
    });
    role.addToPolicy(write);
    explainWildcards(role, [write], () => "The log is named for the API's id, which is known once the API is, and the API needs this role.");
    return role;
  }
}

/** The fields of Query and Mutation, which each get a resolver. */
function rootFields(text: string): [string, string][] {
  // Directives of AppSync's own (@aws_...) are declared nowhere.
  const schema = buildSchema(known + text, { assumeValidSDL: true });
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    type ? Object.keys(type.getFields()).map((field): [string, string] => [type.name, field]) : [],
  );
}
