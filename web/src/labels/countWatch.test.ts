import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CountWatch } from "./countWatch";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const labels = (...counts: number[]) => counts.map((count, i) => ({ id: `Label ${i}@55`, name: `Label ${i}`, count }));

test("marks what has changed, for a while", () => {
  const watch = new CountWatch();
  watch.observe("", labels(1, 2));
  expect(watch.changes().marked.size, "what comes first has not changed").toBe(0);
  watch.observe("", labels(1, 3));
  expect([...watch.changes().marked]).toEqual(["Label 1@55"]);
  vi.advanceTimersByTime(3000);
  expect(watch.changes().marked.size).toBe(0);
});

test("marks nothing when another list or another page of it comes", () => {
  const watch = new CountWatch();
  watch.observe("search=a", labels(5, 4));
  watch.observe("search=b", labels(9, 9));
  watch.observe("search=b", labels(9, 9, 1, 1));
  expect(watch.changes().marked.size).toBe(0);
});

test("speaks once for many changes, and names a few", () => {
  const watch = new CountWatch();
  const messages = new Set<string>();
  watch.subscribe(() => messages.add(watch.changes().message));
  for (let count = 1; count <= 20; count += 1) {
    watch.observe("", labels(count, count, count, count, count));
    vi.advanceTimersByTime(400);
  }
  expect([...messages], "nothing before ten seconds are over").toEqual([""]);
  vi.advanceTimersByTime(10_000);
  expect([...messages]).toEqual(["", "Counts have changed: Label 0 20, Label 1 20, Label 2 20 and 2 more."]);
});

test("says nothing after the page is gone", () => {
  const watch = new CountWatch();
  watch.observe("", labels(1));
  watch.observe("", labels(2));
  const listener = vi.fn();
  watch.subscribe(listener);
  watch.stop();
  vi.advanceTimersByTime(60_000);
  expect(listener).not.toHaveBeenCalled();
});
