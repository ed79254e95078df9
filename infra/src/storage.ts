import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

import { explain } from "./explain.js";
import type { WorkQueue } from "./queues.js";

/** Where a photo lies in the storage bucket; `internal/photos` writes these keys. */
export const photoPrefix = "photos/";
/** Where its thumbnail lies. */
export const thumbnailPrefix = "thumbs/";

/** What every bucket has: nobody but this account, by TLS alone, encrypted. */
const closed = {
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  encryption: s3.BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} satisfies s3.BucketProps;

/** The buckets: photos that stay, what archives are made of and last a day, and who read and wrote. */
export class Storage extends Construct {
  /** Photos and thumbnails. It outlives the stack. */
  readonly photos: s3.Bucket;
  /** Plans, parts and finished archives. */
  readonly working: s3.Bucket;
  /** Access logs of the other buckets, 30 days. */
  readonly logs: s3.Bucket;

  constructor(scope: Construct, id: string, props: { name: string; siteOrigin: string; uploads: WorkQueue }) {
    super(scope, id);
    this.logs = new s3.Bucket(this, "Logs", {
      ...closed,
      lifecycleRules: [{ id: "a month", expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.photos = new s3.Bucket(this, "Photos", {
      ...closed,
      // A name of our own: the queue's policy names the bucket, which in turn needs the queue; and a stack that is made
      // again takes up the bucket that was kept.
      bucketName: photosBucketName(props.name),
      versioned: true,
      lifecycleRules: [
        {
          id: "deleted photos can be brought back for 30 days",
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
        { id: "no delete markers without a photo", expiredObjectDeleteMarker: true },
      ],
      // What a signed upload sends, and pages read back.
      cors: [
        {
          allowedOrigins: [props.siteOrigin],
          allowedMethods: [s3.HttpMethods.PUT, s3.HttpMethods.GET, s3.HttpMethods.HEAD],
          allowedHeaders: ["content-type", "x-amz-checksum-crc32", "x-amz-storage-class", "if-none-match"],
          exposedHeaders: ["ETag"],
          maxAge: 3600,
        },
      ],
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: "photos/",
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.working = new s3.Bucket(this, "Working", {
      ...closed,
      lifecycleRules: [{ id: "a day", expiration: Duration.days(1), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      serverAccessLogsBucket: this.logs,
      serverAccessLogsPrefix: "working/",
      removalPolicy: RemovalPolicy.DESTROY,
    });
    explain(this.logs, { "AwsSolutions-S1": "It takes the access logs of the other buckets; logging itself would never end." });
    this.#notify(props.name, props.uploads);
  }

  /**
   * Tells the queue of each new photo. On the bucket itself, not by addEventNotification, which brings a function of its
   * own that may change the notifications of every bucket.
   */
  #notify(name: string, uploads: WorkQueue): void {
    uploads.allowBucket(photosBucketArn(name));
    const bucket = this.photos.node.defaultChild as s3.CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: uploads.queue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: photoPrefix }] } },
        },
      ],
    };
    // S3 tries the queue when it is told of it, so the queue has to let it by then.
    bucket.node.addDependency(uploads.policy);
  }
}

/** The name of the bucket of photos, known without the bucket. */
function photosBucketName(name: string): string {
  return `${name}-storage-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
}

function photosBucketArn(name: string): string {
  return `arn:${Aws.PARTITION}:s3:::${photosBucketName(name)}`;
}
