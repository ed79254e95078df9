import { expect, test } from "vitest";

import { formatBytes, formatConfidence, formatCountOf, formatDistance, formatLocalTime } from "./format";

test.each([
  { bytes: 0, want: "0 bytes" },
  { bytes: 1, want: "1 byte" },
  { bytes: 999, want: "999 bytes" },
  { bytes: 1000, want: "1 kB" },
  { bytes: 15_728_640, want: "15.7 MB" },
  { bytes: 999_700, want: "1 MB" },
  { bytes: 150e9, want: "150 GB" },
  { bytes: 5e15, want: "5,000 TB" },
])("writes $bytes as $want", ({ bytes, want }) => {
  expect(formatBytes(bytes)).toBe(want);
});

test("counts in words that agree", () => {
  expect(formatCountOf(1, "photo")).toBe("1 photo");
  expect(formatCountOf(12_345, "photo")).toBe("12,345 photos");
});

test("writes a confidence as a percentage", () => {
  expect(formatConfidence(97.25)).toBe("97.3%");
});

test.each([
  { seconds: 23.5 * 3600, want: "in 23 hours" },
  { seconds: -300, want: "5 minutes ago" },
  { seconds: 3 * 86_400, want: "in 3 days" },
])("says how far away a moment is: $want", ({ seconds, want }) => {
  const now = Date.UTC(2026, 4, 1);
  expect(formatDistance(new Date(now + seconds * 1000).toISOString(), now)).toBe(want);
});

test("shows a camera's time as the camera has it", () => {
  expect(formatLocalTime("2024-03-09T17:05:00")).toMatch(/Mar 9, 2024, 5:05\sPM/);
});

test("shows what is no time as it is", () => {
  expect(formatLocalTime("0000:00:00")).toBe("0000:00:00");
});
