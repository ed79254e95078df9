// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen, waitFor } from "@testing-library/react";
import { of } from "rxjs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { renderPage } from "../test/render";

import { NoticeWatcher } from "./NoticeWatcher";
import { UnreadMark } from "./UnreadMark";

const ready = {
  __typename: "Notice", id: "01B-ready", kind: "ARCHIVE_READY", at: "2026-05-01T12:00:00.000Z",
  archive: { __typename: "Archive", id: "01B", name: "Dog" },
};
const earlier = { ...ready, id: "01A-ready", at: "2026-05-01T11:00:00.000Z", archive: { __typename: "Archive", id: "01A", name: "Cat" } };

const shown = vi.fn<(title: string, options: NotificationOptions) => void>();

beforeEach(() => {
  shown.mockReset();
  // Called by new, so it must be a function and not an arrow.
  const notification = vi.fn(function (title: string, options: NotificationOptions) {
    shown(title, options);
  });
  vi.stubGlobal("Notification", Object.assign(notification, { permission: "granted" }));
});

afterEach(() => {
  localStorage.clear();
  vi.unstubAllGlobals();
});

/** The watcher at an address, over an API whose notices the test changes. */
async function watch(at = "/photos") {
  const api = { notices: [earlier] };
  const pageInfo = { __typename: "PageInfo", hasNextPage: false, endCursor: null };
  const link = new ApolloLink(() => of({ data: { notices: { __typename: "NoticeConnection", nodes: api.notices, pageInfo } } }));
  const rendered = renderPage(
    <>
      <NoticeWatcher />
      <UnreadMark />
    </>,
    { link, at },
  );
  await waitFor(() => {
    expect(localStorage.length).toBe(1);
  });
  return {
    ...rendered,
    happens: async (...notices: (typeof ready)[]) => {
      api.notices = [...notices, ...api.notices];
      await rendered.client.refetchQueries({ include: ["LatestNotices"] });
    },
  };
}

function hide(hidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(hidden ? "hidden" : "visible");
}

test("takes what is there when the page opens for no news", async () => {
  await watch();
  expect(screen.queryByText("Your archive “Cat” is ready")).not.toBeInTheDocument();
  expect(screen.queryByText(/new$/)).not.toBeInTheDocument();
});

test("tells on the page, in the title and beside the link, until it is read", async () => {
  hide(false);
  const { happens, user, address } = await watch();
  await happens(ready);
  expect(await screen.findByText("Your archive “Dog” is ready")).toBeVisible();
  expect(screen.getByText("1 new")).toBeVisible();
  expect(document.title).toMatch(/^\(1\) /);
  expect(shown, "who looks needs no notification").not.toHaveBeenCalled();
  await happens();
  await user.click(screen.getByRole("link", { name: "Show" }));
  expect(address()).toBe("/archives/01B");
  await waitFor(() => {
    expect(screen.queryByText("Your archive “Dog” is ready")).not.toBeInTheDocument();
  });
  expect(screen.queryByText("1 new")).not.toBeInTheDocument();
  expect(document.title).not.toMatch(/^\(/);
});

test("has the browser notify whoever looks at something else", async () => {
  hide(true);
  const { happens } = await watch();
  await happens(ready);
  expect(await screen.findByText("Your archive “Dog” is ready")).toBeVisible();
  expect(shown.mock.calls).toEqual([["PAM", { body: "Your archive “Dog” is ready", tag: "01B-ready" }]]);
});

test("takes an archive whose page is open for read", async () => {
  hide(false);
  const { happens } = await watch("/archives/01B");
  await happens(ready);
  expect(await screen.findByText("Your archive “Dog” is ready")).toBeVisible();
  expect(screen.queryByText("1 new")).not.toBeInTheDocument();
});
