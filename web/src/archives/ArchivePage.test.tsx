// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen, waitFor } from "@testing-library/react";
import { Route, Routes } from "react-router";
import { of, throwError } from "rxjs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { apiError } from "../test/problems";
import { renderPage, type Rendered } from "../test/render";

import { ArchivePage } from "./ArchivePage";
import { rememberSelection } from "./requestedSelections";

const archive = {
  __typename: "Archive", id: "01B", name: "Dog", status: "READY", photoCount: 40, photosDone: 40, totalBytes: 9_000_000, bytesDone: 9_000_000,
  size: 9_100_000, createdAt: "2026-05-01T12:00:00.000Z", expiresAt: new Date(Date.now() + 3_600_000).toISOString(), failure: null, skipped: [],
};

type Answers = Record<string, () => ReturnType<ApolloLink["request"]>>;

function show(changes: object, answers: Answers = {}): Rendered {
  const link = new ApolloLink((operation) => answers[operation.operationName ?? ""]?.() ?? of({ data: { archive: { ...archive, ...changes } } }));
  const page = (
    <Routes>
      <Route path="/archives/:id" element={<ArchivePage />} />
    </Routes>
  );
  return renderPage(page, { link, at: "/archives/01B" });
}

const followed: string[] = [];

beforeEach(() => {
  followed.length = 0;
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(this.href);
  });
});

afterEach(() => {
  localStorage.clear();
});

test("asks for the link at the click, follows it, and keeps it nowhere", async () => {
  let asked = 0;
  const url = "https://bucket.example/archive.zip?X-Amz-Signature=secret";
  const { user, client } = show({}, {
    ArchiveLink: () => {
      asked += 1;
      return of({ data: { archive: { __typename: "Archive", id: "01B", downloadUrl: url } } });
    },
  });
  const button = await screen.findByRole("button", { name: "Download" });
  expect(asked).toBe(0);
  await user.click(button);
  await waitFor(() => {
    expect(followed).toEqual([url]);
  });
  expect(JSON.stringify(client.extract())).not.toContain("Signature");
  expect(document.body.innerHTML).not.toContain("Signature");
});

test("says so when the archive is gone by the time of the click", async () => {
  const { user } = show({}, { ArchiveLink: () => of({ data: { archive: { __typename: "Archive", id: "01B", downloadUrl: null } } }) });
  await user.click(await screen.findByRole("button", { name: "Download" }));
  expect(await screen.findByText("“Dog” can no longer be downloaded")).toBeVisible();
  expect(followed).toEqual([]);
});

test.each([
  { status: "EXPIRED", says: "This archive can no longer be downloaded" },
  { status: "CANCELLED", says: "Cancelled" },
  { status: "FAILED", says: "All photos were deleted." },
])("offers to make a $status archive again, of the same selection", async ({ status, says }) => {
  rememberSelection("01B", "any=Dog&confidence=80");
  const failure = { __typename: "ArchiveFailure", code: "NOT_FOUND", message: "All photos were deleted." };
  show({ status, failure: status === "FAILED" ? failure : null });
  expect(await screen.findByText(says)).toBeVisible();
  expect(screen.getByRole("link", { name: "Make it again" })).toHaveAttribute("href", "/archives/new?any=Dog&confidence=80");
  expect(screen.queryByRole("button", { name: "Download" })).not.toBeInTheDocument();
});

test("leads to the labels where this browser does not know the selection", async () => {
  show({ status: "EXPIRED" });
  expect(await screen.findByRole("link", { name: "Pick labels anew" })).toHaveAttribute("href", "/labels");
});

test("cancels only after it has asked", async () => {
  let cancelled = 0;
  const { user } = show({ status: "BUILDING", expiresAt: null }, {
    CancelArchive: () => {
      cancelled += 1;
      return of({ data: { cancelArchive: { ...archive, status: "CANCELLED", expiresAt: null } } });
    },
  });
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "Go on building" }));
  expect(cancelled).toBe(0);
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "Cancel the archive" }));
  expect(await screen.findByText("Cancelled")).toBeVisible();
  expect(cancelled).toBe(1);
});

test("shows in the dialog why it could not be cancelled", async () => {
  const { user } = show({ status: "QUEUED", expiresAt: null }, { CancelArchive: () => throwError(() => apiError("INTERNAL")) });
  await user.click(await screen.findByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "Cancel the archive" }));
  expect(await screen.findByText("It could not be cancelled")).toBeVisible();
  expect(screen.getByText("01REQUEST")).toBeVisible();
});

test("turns the pages of what was left out", async () => {
  const skipped = Array.from({ length: 21 }, (_, i) => ({ __typename: "SkippedPhoto", photoId: `p${i}`, fileName: `a${i}.jpg`, reason: "it is gone" }));
  const { cloudscape, user } = show({ skipped });
  expect(await screen.findByText("a0.jpg")).toBeVisible();
  expect(screen.queryByText("a20.jpg")).not.toBeInTheDocument();
  const next = cloudscape.findPagination()?.findNextPageButton().getElement();
  await user.click(next ?? document.body);
  expect(await screen.findByText("a20.jpg")).toBeVisible();
});

test("does not tell another's archive from one that never was", async () => {
  show({}, { Archive: () => throwError(() => apiError("NOT_FOUND")) });
  expect(await screen.findByText("There is no such archive")).toBeVisible();
});
