import { expect, test } from "vitest";

import { Intent } from "./intent";
import { isTooLarge, lengthOf } from "./limits";
import { formatDuration, percentOf, rateOf, withSample, type Sample } from "./progress";

test.each([
  { reason: "nothing is known yet", samples: [], rate: undefined },
  { reason: "one moment says no speed", samples: [[0, 5]], rate: undefined },
  { reason: "what stands still has no end to tell", samples: [[0, 5], [1000, 5]], rate: undefined },
  { reason: "the whole span counts, steps or not", samples: [[0, 0], [1000, 0], [2000, 600]], rate: 300 },
  { reason: "what began anew is not negative", samples: [[0, 900], [1000, 10]], rate: undefined },
])("knows the rate: $reason", ({ samples, rate }) => {
  expect(rateOf(samples.map(([at = 0, done = 0]) => ({ at, done })))).toBe(rate);
});

test("forgets how fast it went half a minute ago", () => {
  const steps = [[0, 0], [10_000, 1000], [31_000, 1100], [45_000, 1200]];
  const samples = steps.reduce<readonly Sample[]>((before, [at = 0, done = 0]) => withSample(before, { at, done }), []);
  expect(samples.map(({ at }) => at)).toEqual([31_000, 45_000]);
});

test.each([
  { reason: "not planned", done: 0, total: 0, percent: 0 },
  { reason: "all but a byte is not all", done: 999_999, total: 1_000_000, percent: 99 },
  { reason: "all", done: 7, total: 7, percent: 100 },
  { reason: "a photo grew since it was planned", done: 8, total: 7, percent: 100 },
])("says how far: $reason", ({ done, total, percent }) => {
  expect(percentOf(done, total)).toBe(percent);
});

test.each([
  { milliseconds: -5000, text: "0 s" },
  { milliseconds: 59_400, text: "59 s" },
  { milliseconds: 59_600, text: "1 min 0 s" },
  { milliseconds: 90_000, text: "1 min 30 s" },
  { milliseconds: 3_599_000, text: "59 min 59 s" },
  { milliseconds: 86_399_000, text: "23 h 59 min" },
])("says $milliseconds ms as $text", ({ milliseconds, text }) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  { reason: "both at the limit", photoCount: 500_000, totalBytes: 150_000_000_000, large: false },
  { reason: "a photo more", photoCount: 500_001, totalBytes: 1, large: true },
  { reason: "a byte more", photoCount: 1, totalBytes: 150_000_000_001, large: true },
])("holds an archive to its limits: $reason", ({ photoCount, totalBytes, large }) => {
  expect(isTooLarge({ photoCount, totalBytes })).toBe(large);
});

test("counts characters as the API does", () => {
  expect(lengthOf("🏔️é")).toBe(3);
});

test("has one key for one intent, and another for another", () => {
  const intent = new Intent();
  const first = intent.keyFor("dogs");
  expect(intent.keyFor("dogs")).toBe(first);
  const second = intent.keyFor("cats");
  expect(second).not.toBe(first);
  expect(intent.keyFor("dogs"), "dogs anew, after cats, are wanted anew").not.toBe(first);
  expect(first.length).toBeLessThanOrEqual(64);
});
