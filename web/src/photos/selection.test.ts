import { expect, test } from "vitest";

import { addressOf, countNames, hasLabels, isComplete, matchOf, maxNames, putInto, roleOf, searchOf, withRole, wordsOf, type Selection } from "./selection";

const nothing: Selection = { any: [], all: [], none: [], minConfidence: 55 };

test.each<{ name: string; search: string; want: Partial<Selection>; reason: string }>([
  { name: "nothing", search: "", want: {}, reason: "all photos, at the API's own threshold" },
  { name: "all sets", search: "any=Dog&any=Cat&all=Tree&none=Person&confidence=80", want: { any: ["Dog", "Cat"], all: ["Tree"], none: ["Person"], minConfidence: 80 }, reason: "each name is a parameter of its own" },
  { name: "a comma", search: "any=Salt%2C+Pepper", want: { any: ["Salt, Pepper"] }, reason: "names may hold any character" },
  { name: "twice", search: "any=Dog&any=Dog&any=", want: { any: ["Dog"] }, reason: "a repeated or an empty name says nothing" },
  { name: "a threshold between", search: "confidence=57", want: {}, reason: "the API knows steps of 5 alone" },
  { name: "a threshold beyond", search: "confidence=100", want: {}, reason: "95 is the most" },
  { name: "no number", search: "confidence=high", want: {}, reason: "a mistyped address still shows something" },
])("reads $name", ({ search, want, reason }) => {
  expect(matchOf(new URLSearchParams(search)), reason).toEqual({ ...nothing, ...want });
});

test("reads what it has written", () => {
  const selection = { any: ["Golden Retriever", "R&B = 1"], all: ["Ä+ö"], none: ["100%"], minConfidence: 95 };
  expect(matchOf(new URLSearchParams(searchOf(selection)))).toEqual(selection);
});

test("makes addresses, without a question mark where there is nothing to say", () => {
  expect(addressOf("/photos", nothing)).toBe("/photos");
  expect(addressOf("/archives/new", { ...nothing, any: ["Dog"], none: ["Cat"] })).toBe("/archives/new?any=Dog&none=Cat");
});

test("leaves what else an address says", () => {
  const put = putInto(new URLSearchParams("search=do&any=Old&confidence=90"), { ...nothing, all: ["New"] });
  expect(put.toString()).toBe("search=do&all=New");
});

test("gives a label one role at a time", () => {
  const dog = withRole(nothing, "Dog", "any");
  const out = withRole(dog, "Dog", "none");
  expect(roleOf(dog, "Dog")).toBe("any");
  expect(out).toEqual({ ...nothing, none: ["Dog"] });
  expect(withRole(out, "Dog", undefined)).toEqual(nothing);
});

test("holds as many names as the API takes, and lets those change their role", () => {
  const names = Array.from({ length: maxNames + 1 }, (_, i) => `Label ${i}`);
  const full = names.reduce((selection, name) => withRole(selection, name, "any"), nothing);
  expect(countNames(full)).toBe(maxNames);
  expect(isComplete(full)).toBe(true);
  expect(withRole(full, "Label 3", "none").none, "the number does not change").toEqual(["Label 3"]);
  expect(isComplete({ ...full, all: ["One more"] }), "an address may hold more").toBe(false);
});

test("knows that leaving out alone selects nothing", () => {
  expect(hasLabels({ ...nothing, none: ["Person"] })).toBe(false);
  expect(hasLabels({ ...nothing, all: ["Person"] })).toBe(true);
});

test.each<{ selection: Partial<Selection>; want: string }>([
  { selection: { any: ["Dog", "Cat"], none: ["Person"] }, want: "any of Dog, Cat; not Person; at least 55%" },
  { selection: { any: ["Dog"] }, want: "Dog; at least 55%" },
  { selection: { all: ["Dog", "Snow"], minConfidence: 90 }, want: "all of Dog, Snow; at least 90%" },
  { selection: { any: ["Dog", "Cat"], all: ["Snow"], none: ["Person", "Car"] }, want: "any of Dog, Cat; Snow; not Person, Car; at least 55%" },
])("says: $want", ({ selection, want }) => {
  expect(wordsOf({ ...nothing, ...selection })).toBe(want);
});
