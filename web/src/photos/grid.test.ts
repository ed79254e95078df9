import { expect, test } from "vitest";

import { tileAfter } from "./gridKeys";
import { extend, nothingPicked, pickedOf, toggle } from "./picking";

// Ten tiles, four in a row: the last row has two.
test.each([
  { key: "ArrowRight", from: 0, to: 1, reason: "the next one" },
  { key: "ArrowRight", from: 9, to: 9, reason: "there is nothing behind the last" },
  { key: "ArrowLeft", from: 4, to: 3, reason: "rows go on" },
  { key: "ArrowLeft", from: 0, to: 0, reason: "there is nothing before the first" },
  { key: "ArrowDown", from: 1, to: 5, reason: "the one below" },
  { key: "ArrowDown", from: 6, to: 9, reason: "below is nothing, but there is another row" },
  { key: "ArrowDown", from: 8, to: 8, reason: "the last row" },
  { key: "ArrowUp", from: 9, to: 5, reason: "the one above" },
  { key: "ArrowUp", from: 2, to: 2, reason: "the first row" },
  { key: "Home", from: 7, to: 0, reason: "the first" },
  { key: "End", from: 2, to: 9, reason: "the last" },
  { key: "a", from: 2, to: undefined, reason: "letters are not for moving" },
])("$key leads from $from to $to", ({ key, from, to, reason }) => {
  expect(tileAfter(key, from, 10, 4), reason).toBe(to);
});

const list = ["a", "b", "c", "d", "e"];

test("picks a photo, and puts it back", () => {
  const picked = toggle(nothingPicked, "b");
  expect([...picked.ids]).toEqual(["b"]);
  expect([...toggle(picked, "b").ids]).toEqual([]);
});

test.each([
  { to: "d", want: ["b", "c", "d"], reason: "forwards" },
  { to: "a", want: ["a", "b"], reason: "backwards" },
  { to: "b", want: ["b"], reason: "to itself" },
])("picks a range $reason", ({ to, want }) => {
  expect(pickedOf(extend(toggle(nothingPicked, "b"), to, list), list)).toEqual(want);
});

test("begins a range where nothing was picked, or what was is gone", () => {
  expect([...extend(nothingPicked, "c", list).ids]).toEqual(["c"]);
  expect(extend(toggle(nothingPicked, "gone"), "c", list).anchor).toBe("c");
});

test("counts only what is still in the list", () => {
  const picked = extend(toggle(nothingPicked, "a"), "c", list);
  expect(pickedOf(picked, ["a", "c"])).toEqual(["a", "c"]);
});
