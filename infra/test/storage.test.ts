import { describe, expect, test } from "vitest";

import { keeps } from "./promises.js";
import { flat, list, Stack, type Statement } from "./template.js";

const rules = (stack: Stack, bucket: string): Record<string, unknown>[] =>
  stack.one("S3::Bucket", bucket).properties.LifecycleConfiguration.Rules as Record<string, unknown>[];

describe("the storage bucket", () => {
  keeps({
    "is versioned": (stack) => {
      expect(stack.one("S3::Bucket", "StoragePhotos").properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    },
    "keeps noncurrent versions for 30 days and current ones for ever": (stack) => {
      const all = rules(stack, "StoragePhotos");
      expect(all.map((rule) => rule.NoncurrentVersionExpiration).filter(Boolean)).toEqual([{ NoncurrentDays: 30 }]);
      expect(all.filter((rule) => "ExpirationInDays" in rule || "ExpirationDate" in rule)).toEqual([]);
    },
    "never moves a photo to where reads fail": (stack) => {
      expect(rules(stack, "StoragePhotos").filter((rule) => "Transitions" in rule || "NoncurrentVersionTransitions" in rule)).toEqual([]);
      expect(stack.one("S3::Bucket", "StoragePhotos").properties.IntelligentTieringConfigurations).toBeUndefined();
    },
    "outlives the stack": (stack) => {
      const bucket = stack.one("S3::Bucket", "StoragePhotos");
      expect([bucket.deletionPolicy, bucket.updateReplacePolicy]).toEqual(["Retain", "Retain"]);
    },
    "has a name of its own, so that a new stack can take it up": (stack) => {
      expect(flat(stack.one("S3::Bucket", "StoragePhotos").properties.BucketName)).toMatch(/-storage-<AWS::AccountId>-<AWS::Region>$/);
    },
    "lets pages of the site's origin alone read and write by signed links": (stack) => {
      const [rule, ...others] = stack.one("S3::Bucket", "StoragePhotos").properties.CorsConfiguration.CorsRules as Record<string, unknown[]>[];
      expect(others).toEqual([]);
      expect(rule?.AllowedOrigins?.map(flat)).toEqual([flat(stack.fn("api").properties.Environment.Variables.PAM_SITE)]);
      expect(rule?.AllowedMethods).toEqual(["PUT", "GET", "HEAD"]);
      expect(rule?.AllowedHeaders).toEqual(["content-type", "x-amz-checksum-crc32", "x-amz-storage-class", "if-none-match"]);
      expect(rule?.ExposedHeaders).toEqual(["ETag"]);
    },
    "tells the detector's queue of new photos, and nobody of anything else": (stack) => {
      expect(stack.one("S3::Bucket", "StoragePhotos").properties.NotificationConfiguration).toEqual({
        QueueConfigurations: [
          {
            Event: "s3:ObjectCreated:*",
            Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "photos/" }] } },
            Queue: { "Fn::GetAtt": [stack.one("SQS::Queue", "UploadsQueue").id, "Arn"] },
          },
        ],
      });
    },
    "is made after the queue lets it": (stack) => {
      expect(stack.one("S3::Bucket", "StoragePhotos").dependsOn).toContain(stack.one("SQS::QueuePolicy", "UploadsQueue").id);
    },
  });

  test("no custom resource does anything", () => {
    for (const variant of ["plain", "full"] as const) {
      expect(new Stack(variant).resources.filter(({ type }) => /^(AWS::CloudFormation::CustomResource|Custom::)/.test(type))).toEqual([]);
    }
  });
});

describe("the working bucket", () => {
  keeps({
    "forgets everything after a day": (stack) => {
      expect(rules(stack, "StorageWorking").map((rule) => rule.ExpirationInDays)).toEqual([1]);
    },
    "aborts incomplete uploads after a day": (stack) => {
      expect(rules(stack, "StorageWorking").map((rule) => rule.AbortIncompleteMultipartUpload)).toEqual([{ DaysAfterInitiation: 1 }]);
    },
  });
});

describe("every bucket", () => {
  keeps({
    "is closed to the public": (stack) => {
      for (const { properties } of stack.all("S3::Bucket")) {
        expect(properties.PublicAccessBlockConfiguration).toEqual({
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });
        expect(properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] });
      }
    },
    "is encrypted": (stack) => {
      for (const { properties } of stack.all("S3::Bucket")) {
        expect(properties.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
      }
    },
    "takes TLS alone, 1.2 or later": (stack) => {
      for (const { id } of stack.all("S3::Bucket")) {
        const denied = statementsOf(stack, id).filter(({ Effect }) => Effect === "Deny");
        expect(denied.map(({ Condition }) => Condition)).toEqual([
          { Bool: { "aws:SecureTransport": "false" } },
          { NumericLessThan: { "s3:TlsVersion": 1.2 } },
        ]);
        for (const { Action, Principal, Resource } of denied) {
          expect([Action, Principal]).toEqual(["s3:*", { AWS: "*" }]);
          expect(list(Resource).map(flat)).toEqual([`<${id}.Arn>`, `<${id}.Arn>/*`]);
        }
      }
    },
    "lets nobody in but CloudFront to the site and S3's logging to the logs": (stack) => {
      const allowed = stack.all("S3::Bucket").flatMap(({ id }) => statementsOf(stack, id).filter(({ Effect }) => Effect === "Allow"));
      const services = allowed.map(({ Principal }) => (Principal as { Service?: string }).Service);
      expect(new Set(services)).toEqual(new Set(["cloudfront.amazonaws.com", "logging.s3.amazonaws.com"]));
      for (const { Condition } of allowed) {
        expect(JSON.stringify(Condition)).toMatch(/aws:SourceArn/i);
      }
    },
    "logs who reads and writes, for 30 days": (stack) => {
      const logs = stack.one("S3::Bucket", "StorageLogs");
      for (const { id, properties } of stack.all("S3::Bucket")) {
        expect(properties.LoggingConfiguration?.DestinationBucketName).toEqual(id === logs.id ? undefined : { Ref: logs.id });
      }
      expect(rules(stack, "StorageLogs").map((rule) => rule.ExpirationInDays)).toEqual([30]);
    },
  });
});

function statementsOf(stack: Stack, bucket: string): readonly Statement[] {
  return stack
    .all("S3::BucketPolicy")
    .filter(({ properties }) => flat(properties.Bucket) === `<${bucket}>`)
    .flatMap(({ properties }) => properties.PolicyDocument.Statement as Statement[]);
}
