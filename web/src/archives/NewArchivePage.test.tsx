// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen, waitFor } from "@testing-library/react";
import { Observable, of, throwError } from "rxjs";
import { afterEach, expect, test } from "vitest";

import { apiError } from "../test/problems";
import { renderPage } from "../test/render";

import { NewArchivePage } from "./NewArchivePage";
import { selectionOf } from "./requestedSelections";

afterEach(() => {
  localStorage.clear();
});

const archive = {
  __typename: "Archive", id: "01B", name: "Dog", status: "QUEUED", photoCount: 0, photosDone: 0, totalBytes: 0, bytesDone: 0,
  size: null, createdAt: "2026-05-01T12:00:00.000Z", expiresAt: null, failure: null, skipped: [],
};

/** An API that has a preview, and answers each request for an archive by what is next. */
function api(preview: { photoCount: number; totalBytes: number }, newest: string[], requests: (() => Observable<ApolloLink.Result>)[]) {
  const keys: unknown[] = [];
  const link = new ApolloLink(({ operationName, variables }) => {
    if (operationName === "ArchivePlan") {
      const nodes = newest.map((id) => ({ __typename: "Archive", id }));
      return of({ data: { archivePreview: { __typename: "ArchivePreview", ...preview }, archives: { __typename: "ArchiveConnection", nodes } } });
    }
    keys.push((variables as { input: { idempotencyKey: string } }).input.idempotencyKey);
    return requests.shift()?.() ?? throwError(() => new Error("asked too often"));
  });
  return { link, keys };
}

const made = (changes: object = {}) => () => of({ data: { requestArchive: { ...archive, ...changes } } });
const small = { photoCount: 12, totalBytes: 3_000_000 };
const make = () => screen.findByRole("button", { name: "Make the archive" });

test("asks for labels where none are picked", () => {
  renderPage(<NewArchivePage />, { at: "/archives/new?none=Cat" });
  expect(screen.getByText("No labels are picked")).toBeVisible();
});

test("asks for no archive that would be too large", async () => {
  const { link } = api({ photoCount: 500_001, totalBytes: 1 }, [], []);
  renderPage(<NewArchivePage />, { link, at: "/archives/new?any=Dog" });
  expect(await make()).toBeDisabled();
  expect(screen.getByText("This is more than one archive holds")).toBeVisible();
});

test("refuses a name that is too long before the API does", async () => {
  const { link, keys } = api(small, [], []);
  const { user } = renderPage(<NewArchivePage />, { link, at: "/archives/new?any=Dog" });
  await make();
  await user.click(screen.getByLabelText("Name"));
  await user.paste("x".repeat(101));
  expect(await screen.findByText("A name has at most 100 characters.")).toBeVisible();
  await user.keyboard("{Enter}");
  expect(keys).toEqual([]);
});

test("tries again with the same key, so that an answer that was lost makes no second archive", async () => {
  const { link, keys } = api(small, ["01A"], [() => throwError(() => apiError("INTERNAL")), made()]);
  const { user, address } = renderPage(<NewArchivePage />, { link, at: "/archives/new?any=Dog&confidence=80" });
  await user.click(await make());
  expect(await screen.findByText("The archive could not be asked for")).toBeVisible();
  expect(screen.getByText("01REQUEST")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => {
    expect(address()).toBe("/archives/01B");
  });
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  expect(selectionOf("01B")).toBe("any=Dog&confidence=80");
});

test("sends a double click once", async () => {
  const { link, keys } = api(small, [], [() => new Observable(() => undefined)]);
  const { user } = renderPage(<NewArchivePage />, { link, at: "/archives/new?any=Dog" });
  await user.dblClick(await make());
  expect(keys).toHaveLength(1);
});

test.each([
  { reason: "it is younger than all there were", newest: ["01A"], says: false },
  { reason: "there were none", newest: [], says: false },
  { reason: "it is one of those", newest: ["01B"], says: true },
  { reason: "it is older", newest: ["01C"], says: true },
])("says whether the archive was there already: $reason", async ({ newest, says }) => {
  const { link } = api(small, newest, [made({ status: "READY" })]);
  const { user, address } = renderPage(<NewArchivePage />, { link, at: "/archives/new?any=Dog" });
  await user.click(await make());
  await waitFor(() => {
    expect(address()).toBe("/archives/01B");
  });
  expect(screen.queryAllByText("You have an archive of just these photos already")).toHaveLength(says ? 1 : 0);
});
