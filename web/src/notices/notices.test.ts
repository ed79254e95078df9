// @vitest-environment jsdom
import { afterEach, expect, test, vi } from "vitest";

import { browserStore } from "./browserStore";
import { tell } from "./latestNotices";
import { isUnread, withAllRead, withRead } from "./reading";
import { Tabs, type Channel } from "./tabs";

afterEach(() => {
  localStorage.clear();
  vi.useRealTimers();
});

const at = (minute: number) => `2026-05-01T12:0${minute}:00.000Z`;
const notice = (id: string, minute: number) => ({ id, at: at(minute) });

test("takes nothing for news in a browser that is new to it", () => {
  expect(isUnread(undefined, notice("a", 1))).toBe(false);
  const reading = withAllRead(undefined, [notice("a", 1), notice("b", 2)]);
  expect(reading).toEqual({ until: at(2), ids: [] });
  expect(isUnread(reading, notice("c", 3))).toBe(true);
  expect(withAllRead(undefined, []), "somebody new has read all of nothing").toEqual({ until: "", ids: [] });
});

test("reads one by one, and all at once", () => {
  const reading = withAllRead(undefined, [notice("a", 1)]);
  const one = withRead(reading, notice("c", 3));
  expect(isUnread(one, notice("c", 3))).toBe(false);
  expect(isUnread(one, notice("b", 2)), "an older one is still to be read").toBe(true);
  expect(withRead(one, notice("c", 3)), "twice is once").toBe(one);
  expect(withAllRead(one, [notice("b", 2), notice("c", 3)])).toEqual({ until: at(3), ids: [] });
  expect(withAllRead(one, [notice("a", 1)]), "nothing new").toBe(one);
});

const isNumber = (value: unknown): value is number => typeof value === "number";

test("remembers for each person, tells of changes, and takes no nonsense", () => {
  const store = browserStore("test", isNumber);
  const changed = vi.fn();
  const stop = store.subscribe(changed);
  store.write("dan", 7);
  expect(store.read("dan")).toBe(7);
  expect(store.read("ann")).toBeUndefined();
  expect(changed).toHaveBeenCalledTimes(1);
  localStorage.setItem("pam.test.dan", '"seven"');
  expect(store.read("dan")).toBeUndefined();
  localStorage.setItem("pam.test.dan", "{");
  expect(store.read("dan")).toBeUndefined();
  stop();
  store.write("dan", 8);
  expect(changed).toHaveBeenCalledTimes(1);
});

test("does without storage where there is none", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const store = browserStore("test", isNumber);
  expect(() => {
    store.write("dan", 7);
  }).not.toThrow();
});

/** Channels that hear each other, as those of one origin do. */
function channels(count: number): Channel[] {
  const targets = Array.from({ length: count }, () => new EventTarget());
  return targets.map((own) => ({
    postMessage: (data: unknown) => {
      targets.filter((target) => target !== own).forEach((target) => target.dispatchEvent(new MessageEvent("message", { data })));
    },
    addEventListener: own.addEventListener.bind(own),
    removeEventListener: own.removeEventListener.bind(own),
    close: () => undefined,
  }));
}

test.each([
  { reason: "two in sight: the first to learn of it", visible: [true, true], order: [0, 1], tells: [true, false] },
  { reason: "the one in sight, though another learns of it first", visible: [false, true], order: [0, 1], tells: [false, true] },
  { reason: "nobody looks: the first to learn of it", visible: [false, false, false], order: [2, 0, 1], tells: [false, false, true] },
  { reason: "one alone", visible: [false], order: [0], tells: [true] },
])("has a notice told once: $reason", async ({ visible, order, tells }) => {
  vi.useFakeTimers();
  const wires = channels(visible.length);
  const tabs = visible.map((sight, i) => new Tabs(wires[i], () => sight));
  const told = visible.map(() => false);
  for (const i of order) {
    const claim = tabs[i]?.claim("a");
    await vi.advanceTimersByTimeAsync(1000);
    told[i] = (await claim) ?? false;
  }
  expect(told).toEqual(tells);
});

test("tells in each tab where the browser has no channel between them", async () => {
  expect(await new Tabs(undefined, () => false).claim("a")).toBe(true);
});

test.each([
  { kind: "ARCHIVE_READY", archive: { id: "01B", name: "Dog" }, text: "Your archive “Dog” is ready", type: "success", href: "/archives/01B" },
  { kind: "ARCHIVE_FAILED", archive: { id: "01B", name: "Dog" }, text: "Your archive “Dog” could not be built", type: "error", href: "/archives/01B" },
  { kind: "ARCHIVE_READY", archive: null, text: "Your archive is ready", type: "success", href: "/notices" },
] as const)("puts $kind into words", ({ kind, archive, ...telling }) => {
  expect(tell({ kind, archive })).toEqual(telling);
});
