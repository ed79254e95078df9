import { Aws } from "aws-cdk-lib";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";

import type { WorkQueue } from "./queues.js";
import { photoPrefix, thumbnailPrefix, type Storage } from "./storage.js";

/**
 * Who may do what, and where. The actions of each function are those that its code can reach, no more and no less:
 * `infra/permissions_test.go` follows the code and compares.
 */

/** The functions, by the name of their folder below lambda. */
export type FunctionName = "api" | "detector" | "archiver" | "sweeper";

/** What the functions work on. */
export interface Holdings {
  readonly storage: Storage;
  readonly table: dynamodb.Table;
  readonly uploads: WorkQueue;
  readonly archives: WorkQueue;
  readonly pool: cognito.UserPool;
  /** How the names of owners' topics begin. */
  readonly topicPrefix: string;
}

/** Where archives and what they are made of lie in the working bucket; `internal/photos` writes these keys. */
const archivePrefix = "archives/";

/** The ARN that the topics of owners begin with. */
export function topicArnPrefix(topicPrefix: string): string {
  return `arn:${Aws.PARTITION}:sns:${Aws.REGION}:${Aws.ACCOUNT_ID}:${topicPrefix}`;
}

/** What a function may do beyond writing its log and taking from its queue. */
export function grants(name: FunctionName, on: Holdings): iam.PolicyStatement[] {
  const photos = on.storage.photos.arnForObjects(`${photoPrefix}*`);
  const thumbnails = on.storage.photos.arnForObjects(`${thumbnailPrefix}*`);
  const archives = on.storage.working.arnForObjects(`${archivePrefix}*`);
  const topics = `${topicArnPrefix(on.topicPrefix)}*`;
  switch (name) {
    case "api":
      return [
        allow("Catalog", on.table.tableArn, ...reads, ...writes),
        // What the API signs is allowed to whoever has the link as it is to the API.
        allow("SignedUploads", photos, "s3:PutObject"),
        allow("SignedPictures", [photos, thumbnails], "s3:GetObject"),
        allow("SignedArchives", archives, "s3:GetObject"),
        allow("DeletedPhotos", [photos, thumbnails], "s3:DeleteObject"),
        allow("CancelledArchives", archives, "s3:DeleteObject", "s3:AbortMultipartUpload"),
        allow("PartsOfCancelled", on.storage.working.bucketArn, "s3:ListBucket"),
        allow("ArchiveJobs", on.archives.queue.queueArn, "sqs:SendMessage"),
        allow("AddressesOfOwners", on.pool.userPoolArn, "cognito-idp:AdminGetUser", "cognito-idp:ListUsers"),
        allow("TopicsOfOwners", topics, "sns:CreateTopic", "sns:DeleteTopic", "sns:Subscribe", "sns:ListSubscriptionsByTopic"),
      ];
    case "detector":
      return [
        allow("Catalog", on.table.tableArn, "dynamodb:GetItem", ...writes),
        allow("Photos", photos, "s3:GetObject", "s3:DeleteObject"),
        allow("Thumbnails", thumbnails, "s3:PutObject", "s3:DeleteObject"),
        missingIsTold("MissingPhotos", on.storage.photos.bucketArn),
        // Rekognition has no resource to name here: "Actions defined by Amazon Rekognition" in the Service Authorization
        // Reference has none in the column of DetectLabels.
        allow("Labels", "*", "rekognition:DetectLabels"),
        allow("SendAgain", on.uploads.queue.queueArn, "sqs:SendMessage", "sqs:ChangeMessageVisibility"),
      ];
    case "archiver":
      return [
        allow("Catalog", on.table.tableArn, ...reads, "dynamodb:BatchWriteItem", ...writes),
        allow("Photos", [photos, thumbnails], "s3:GetObject"),
        allow("Archives", archives, "s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"),
        missingIsTold("MissingPhotos", on.storage.photos.bucketArn),
        missingIsTold("MissingPlans", on.storage.working.bucketArn),
        allow("ArchiveJobs", on.archives.queue.queueArn, "sqs:SendMessage", "sqs:ChangeMessageVisibility"),
        allow("TopicsOfOwners", topics, "sns:Publish"),
      ];
    case "sweeper":
      return [
        allow("Catalog", on.table.tableArn, ...reads, ...writes),
        allow("Photos", photos, "s3:GetObject", "s3:DeleteObject"),
        allow("Thumbnails", thumbnails, "s3:DeleteObject"),
        missingIsTold("MissingPhotos", on.storage.photos.bucketArn),
        allow("Archives", archives, "s3:DeleteObject", "s3:AbortMultipartUpload"),
        allow("ListOfArchives", on.storage.working.bucketArn, "s3:ListBucket", "s3:ListBucketMultipartUploads"),
        allow("Jobs", [on.uploads.queue.queueArn, on.archives.queue.queueArn], "sqs:SendMessage"),
      ];
  }
}

/** What the catalog does to its table. A transaction needs the permission of each action in it. */
const reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

function allow(sid: string, resources: string | string[], ...actions: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, actions, resources: typeof resources === "string" ? [resources] : resources });
}

/**
 * Lets a reader hear that an object is not there. Without it S3 answers 403 instead of 404: "Permissions" of HeadObject and
 * GetObject in the S3 API reference.
 */
function missingIsTold(sid: string, bucketArn: string): iam.PolicyStatement {
  return allow(sid, bucketArn, "s3:ListBucket");
}

/** Why a resource has a wildcard. Each stands for a part of a name that is made at run time, but the last. */
export function wildcardReason(resource: string): string | undefined {
  switch (true) {
    case [photoPrefix, thumbnailPrefix, archivePrefix].some((prefix) => resource.endsWith(`/${prefix}*`)):
      return "Keys of objects carry ids that are made at run time; the prefix says which objects.";
    case /^arn:<AWS::Partition>:sns:.*:[a-z0-9]+-\*$/.test(resource):
      return "Each owner gets a topic of their own when they first ask for notices; the prefix says which topics.";
    case resource === "*":
      return "Rekognition has no resource-level permission for DetectLabels.";
    default:
      return undefined;
  }
}
