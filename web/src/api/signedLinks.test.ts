import { expect, test } from "vitest";

import { expiryOf, keepFresh } from "./signedLinks";

const link = (path: string, date: string, signature = "a") =>
  `http://127.0.0.1:9000/pam/${path}?X-Amz-Date=${date}&X-Amz-Expires=900&X-Amz-Signature=${signature}`;

const now = Date.UTC(2026, 4, 1, 12, 0, 0);

test("reads how long a link works", () => {
  expect(expiryOf(link("thumb", "20260501T120000Z"))).toBe(now + 900_000);
  expect(expiryOf("http://127.0.0.1/picture.jpg"), "not signed").toBeUndefined();
  expect(expiryOf("blob"), "no address at all").toBeUndefined();
});

test.each([
  { name: "a fresh link", existing: link("a", "20260501T115500Z"), incoming: link("a", "20260501T120000Z"), keeps: true, reason: "the browser has its picture" },
  { name: "a link that is about to end", existing: link("a", "20260501T114530Z"), incoming: link("a", "20260501T120000Z"), keeps: false, reason: "it would fail soon" },
  { name: "a link to something else", existing: link("a", "20260501T115500Z"), incoming: link("b", "20260501T120000Z"), keeps: false, reason: "the picture is another" },
  { name: "a link that says no time", existing: "http://127.0.0.1/a?x", incoming: "http://127.0.0.1/a?y", keeps: false, reason: "nobody knows whether it works" },
  { name: "nothing", existing: null, incoming: link("a", "20260501T120000Z"), keeps: false, reason: "the photo was PENDING" },
])("decides over $name", ({ existing, incoming, keeps, reason }) => {
  expect(keepFresh(existing, incoming, now), reason).toBe(keeps ? existing : incoming);
});
