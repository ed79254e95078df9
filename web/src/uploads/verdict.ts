import type { PutResult } from "./put";

/** What follows from an attempt that is over. */
export type Verdict =
  | { readonly kind: "arrived" | "interrupted" | "expired" }
  | { readonly kind: "again" | "fail"; readonly reason: string };

/** Waits after the first, second ... attempt that did not work, in milliseconds; after the last of them it has failed. */
const waits = [1_000, 3_000, 8_000, 20_000] as const;

/** How long to wait after so many attempts that did not work, give or take a quarter; undefined when it is enough. */
export function backoff(failures: number, random: () => number = Math.random): number | undefined {
  const wait = waits[failures - 1];
  return wait === undefined ? undefined : wait * (0.75 + random() / 2);
}

/** Answers of servers that are busy or out of order (RFC 9110, section 15; RFC 6585, section 4). */
function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** Says what the object store's answer means. */
export function judge(result: PutResult, { tried, expired }: { tried: boolean; expired: boolean }): Verdict {
  if (result === "aborted") {
    return { kind: "interrupted" };
  }
  if (result === "unreachable") {
    return { kind: "again", reason: "The connection broke off." };
  }
  const { status } = result;
  if (status >= 200 && status < 300) {
    return { kind: "arrived" };
  }
  if (isPassing(status)) {
    return { kind: "again", reason: `The store is busy (${status}).` };
  }
  // The URL works once. After an attempt whose answer was lost, "there already" says that the bytes have arrived.
  if (status === 412) {
    return tried ? { kind: "arrived" } : { kind: "fail", reason: "The store has something else in this place (412)." };
  }
  if (status === 403) {
    return expired ? { kind: "expired" } : { kind: "fail", reason: "The store does not allow this upload (403)." };
  }
  return status === 400
    ? { kind: "fail", reason: "What arrived is not what was sent (400). Try again." }
    : { kind: "fail", reason: `The store refused the file (${status}).` };
}
