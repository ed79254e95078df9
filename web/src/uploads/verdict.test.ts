import { expect, test } from "vitest";

import { usableUntil } from "./urlLife";
import { backoff, judge } from "./verdict";

test.each([
  { status: 200, tried: false, expired: false, kind: "arrived", reason: "the store has it" },
  { status: 412, tried: true, expired: false, kind: "arrived", reason: "an earlier attempt has arrived, its answer was lost" },
  { status: 412, tried: false, expired: false, kind: "fail", reason: "nothing of ours can be there" },
  { status: 403, tried: false, expired: false, kind: "fail", reason: "the signature does not hold" },
  { status: 403, tried: true, expired: true, kind: "expired", reason: "the URL's time was over when it got there" },
  { status: 400, tried: false, expired: false, kind: "fail", reason: "the checksum does not match" },
  { status: 404, tried: false, expired: false, kind: "fail", reason: "no such bucket" },
  { status: 500, tried: false, expired: false, kind: "again", reason: "it may pass" },
  { status: 503, tried: true, expired: true, kind: "again", reason: "S3 asks to slow down" },
  { status: 429, tried: false, expired: false, kind: "again", reason: "too many requests" },
])("takes $status (tried $tried, expired $expired) as $kind: $reason", ({ status, tried, expired, kind }) => {
  expect(judge({ status }, { tried, expired }).kind).toBe(kind);
});

test("tells a transfer that we broke off from a network that did", () => {
  expect(judge("aborted", { tried: true, expired: false }).kind).toBe("interrupted");
  expect(judge("unreachable", { tried: true, expired: false }).kind).toBe("again");
});

test("waits longer after each attempt, spread by a quarter each way, and gives up after the fifth", () => {
  const longest = [1, 2, 3, 4].map((failures) => backoff(failures, () => 1));
  const shortest = [1, 2, 3, 4].map((failures) => backoff(failures, () => 0));
  expect(shortest).toEqual([750, 2250, 6000, 15_000]);
  expect(longest).toEqual([1250, 3750, 10_000, 25_000]);
  expect(backoff(5)).toBeUndefined();
});

test("counts a URL's life from when it came, by the length that it says", () => {
  expect(usableUntil("http://s3/a?X-Amz-Date=20000101T000000Z&X-Amz-Expires=60", 1_000_000)).toBe(1_045_000);
  expect(usableUntil("http://s3/a", 0), "the API promises 15 minutes").toBe(885_000);
});
