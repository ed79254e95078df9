/**
 * The CDK's switches that this stack is built with, as the CDK recommends them to new projects. They stand in code, not
 * in cdk.json, so that the tests build what `cdk` builds.
 */
export const features: Readonly<Record<string, boolean | string | readonly string[]>> = {
  // Templates are checked against CloudFormation's rules while they are made, and what is found fails the synthesis.
  "@aws-cdk/core:validateAgainstDefaultRules": true,
  "@aws-cdk/core:annotationsInValidationReport": true,
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/core:enablePartitionLiterals": true,
  "@aws-cdk/core:explicitStackTags": true,
  "@aws-cdk/core:includePrefixInUniqueNameGeneration": true,
  "@aws-cdk/core:aspectPrioritiesMutating": true,
  "@aws-cdk/core:target-partitions": ["aws"],
  "@aws-cdk/aws-appsync:appSyncGraphQLAPIScopeLambdaPermission": true,
  "@aws-cdk/aws-cloudfront:defaultFunctionRuntimeV2_0": true,
  "@aws-cdk/aws-iam:minimizePolicies": false, // a statement stays as grants.ts has it, so that it can be compared
  "@aws-cdk/aws-s3:createDefaultLoggingPolicy": true,
  "@aws-cdk/aws-s3:publicAccessBlockedByDefault": true,
  "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": true,
};
