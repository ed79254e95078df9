// @vitest-environment jsdom
import { Subject } from "rxjs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { followChanges } from "./changes";

interface Result {
  readonly data?: number;
  readonly error?: unknown;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Streams that the test feeds, and what the page gets. */
function setUp({ streams = true } = {}) {
  const opened: Subject<Result>[] = [];
  const got: number[] = [];
  const poll = vi.fn(() => Promise.resolve());
  const begin = () => {
    const stream = new Subject<Result>();
    opened.push(stream);
    return stream;
  };
  const stop = followChanges<number>({ stream: streams ? begin : undefined, onData: (data) => got.push(data), poll, interval: 1000 });
  return { opened, got, poll, stop };
}

test("hands on what comes, and asks again for a stream that ended, as Lambda's do after a minute", async () => {
  const { opened, got, stop } = setUp();
  opened[0]?.next({ data: 1 });
  opened[0]?.complete();
  await vi.advanceTimersByTimeAsync(1000);
  opened[1]?.next({ data: 2 });
  expect(got).toEqual([1, 2]);
  stop();
});

test("waits longer each time that a stream breaks off, and polls for what it has missed", async () => {
  const { opened, poll, stop } = setUp();
  for (let i = 0; i < 6; i += 1) {
    opened.at(-1)?.error(new TypeError("Failed to fetch"));
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(opened.length, "not one a second").toBeLessThan(5);
  expect(poll).toHaveBeenCalled();
  stop();
});

test("opens no stream while offline, and one at once when the network is back", async () => {
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const { opened, stop } = setUp();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(0);
  onLine.mockReturnValue(true);
  window.dispatchEvent(new Event("online"));
  expect(opened).toHaveLength(1);
  stop();
});

test("stops for good", async () => {
  const { opened, stop } = setUp();
  opened[0]?.complete();
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened).toHaveLength(1);
});

test("polls where the deployment does not stream, and goes on after a poll that failed", async () => {
  const { poll, stop } = setUp({ streams: false });
  poll.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  await vi.advanceTimersByTimeAsync(3500);
  expect(poll).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(poll).toHaveBeenCalledTimes(3);
});
