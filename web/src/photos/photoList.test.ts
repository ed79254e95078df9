import { expect, test } from "vitest";

import { isAskable, listOf, searchOfList, variablesOf } from "./photoList";

const read = (search: string) => listOf(new URLSearchParams(search));

test.each([
  { search: "", match: null, status: null, orderBy: "UPLOADED_DESC", reason: "all photos" },
  { search: "?status=rejected", match: null, status: "REJECTED", orderBy: "UPLOADED_DESC", reason: "those of a status" },
  { search: "?any=Dog&order=oldest", match: { any: ["Dog"], all: [], none: [], minConfidence: 55 }, status: null, orderBy: "UPLOADED_ASC", reason: "those of a selection" },
])("asks for $reason, and writes the address again", ({ search, match, status, orderBy }) => {
  const list = read(search);
  expect(variablesOf(list)).toEqual({ match, status, orderBy });
  expect(searchOfList(list)).toBe(search);
});

test("forgets a status beside a selection, which the API refuses", () => {
  expect(variablesOf(read("?any=Dog&status=pending"))).toMatchObject({ status: null });
});

test("knows no other status", () => {
  expect(read("?status=lost").status).toBeUndefined();
});

test.each([
  { search: "", askable: true, reason: "everything" },
  { search: "?any=Dog&none=Cat", askable: true, reason: "a selection" },
  { search: "?none=Cat", askable: false, reason: "something must be included" },
  { search: `?${Array.from({ length: 21 }, (_, i) => `any=${i}`).join("&")}`, askable: false, reason: "twenty names are the most" },
])("can ask for $search: $askable", ({ search, askable, reason }) => {
  expect(isAskable(read(search)), reason).toBe(askable);
});
