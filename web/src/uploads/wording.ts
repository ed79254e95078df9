import { formatBytes, formatCount, formatCountOf } from "../format/format";

import type { Summary } from "./uploader";
import { unfinished, type Upload } from "./upload";

/** How the uploads stand, in a few words. */
export function headline({ total, unfinished: left, holds }: Summary): string {
  if (total === 0) {
    return "No uploads";
  }
  if (left === 0) {
    return "Uploads finished";
  }
  if (holds.has("offline")) {
    return "Waiting for the network";
  }
  if (holds.has("signedOut")) {
    return "Waiting for you to sign in again";
  }
  return holds.has("paused") ? "Paused" : "Uploading";
}

/** How many are done: `120 of 3,000 files`. What needs no sending is done, too. */
export function countText({ total, unfinished: left }: Summary): string {
  return `${formatCount(total - left)} of ${formatCountOf(total, "file")}`;
}

/** How far it is: `12.3 MB of 900 MB`, and how fast it goes where that is known. */
export function bytesText({ sentBytes, bytes, speed }: Summary): string {
  return `${formatBytes(sentBytes)} of ${formatBytes(bytes)}${speed === undefined ? "" : `, ${formatBytes(speed)}/s`}`;
}

/** How long it takes: `about 6 minutes left`. */
export function remainingText({ remaining }: Summary): string | undefined {
  if (remaining === undefined) {
    return undefined;
  }
  if (remaining < 60) {
    return remaining < 10 ? "a few seconds left" : "less than a minute left";
  }
  const minutes = Math.round(remaining / 60);
  return minutes < 90 ? `about ${formatCountOf(minutes, "minute")} left` : `about ${formatCountOf(Math.round(minutes / 60), "hour")} left`;
}

/** What came of it: `28 uploaded, 3 duplicates, 1 failed`. */
export function outcomeText({ counts }: Summary): string {
  const parts = [
    [counts.uploaded, "uploaded", "uploaded"],
    [counts.duplicate, "duplicate", "duplicates"],
    [counts.refused, "refused", "refused"],
    [counts.failed, "failed", "failed"],
    [counts.cancelled, "cancelled", "cancelled"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => formatCountOf(count, one, many))
    .join(", ");
}

/** The percentage that has been sent, 0 to 100; where nothing is to be sent, that of the files that are done. */
export function percentOf({ bytes, sentBytes, total, unfinished: left }: Summary): number {
  if (left === 0) {
    return 100;
  }
  const part = bytes > 0 ? sentBytes / bytes : (total - left) / total;
  return Math.min(99, Math.floor(part * 100));
}

/** How a file stands, as Cloudscape's StatusIndicator shows it. */
export function statusOf(status: Upload["status"]): { type: "success" | "error" | "warning" | "info" | "pending" | "loading" | "stopped" | "in-progress"; text: string } {
  switch (status) {
    case "uploaded":
      return { type: "success", text: "Uploaded" };
    case "duplicate":
      return { type: "info", text: "Duplicate" };
    case "refused":
      return { type: "warning", text: "Refused" };
    case "failed":
      return { type: "error", text: "Failed" };
    case "cancelled":
      return { type: "stopped", text: "Cancelled" };
    case "sending":
      return { type: "in-progress", text: "Uploading" };
    case "reading":
      return { type: "in-progress", text: "Reading" };
    default:
      return { type: "pending", text: "Waiting" };
  }
}

/** Says whether a file is still on its way. */
export function isUnfinished(status: Upload["status"]): boolean {
  return unfinished.includes(status);
}
