// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen } from "@testing-library/react";
import { of, throwError } from "rxjs";
import { expect, test, vi } from "vitest";

import { apiError } from "../test/problems";
import { renderPage } from "../test/render";
import type { Uploader } from "../uploads/uploader";
import { UploadsContext } from "../uploads/UploadsContext";

import { HomePage } from "./HomePage";

interface Counts {
  readonly photoCount?: number;
  readonly pendingCount?: number;
  readonly rejectedCount?: number;
}

function home({ photoCount = 0, pendingCount = 0, rejectedCount = 0 }: Counts) {
  const labels = photoCount === 0 ? [] : [{ __typename: "Label", id: "Dog@55", name: "Dog", count: 1200 }];
  return {
    data: {
      me: { __typename: "Viewer", id: "dan", photoCount, storedBytes: photoCount * 300_000, pendingCount, rejectedCount },
      labels: { __typename: "LabelConnection", nodes: labels, totalCount: labels.length },
      archives: {
        __typename: "ArchiveConnection",
        nodes: photoCount === 0 ? [] : [{ __typename: "Archive", id: "a1", name: "Dogs", createdAt: "2026-05-01T12:00:00.000Z", status: "READY", photoCount: 3, photosDone: 3 }],
      },
    },
  };
}

function show(link: ApolloLink) {
  const add = vi.fn();
  const page = (
    <UploadsContext value={{ uploader: { add } as unknown as Uploader, Indicator: () => null, leave: () => undefined }}>
      <HomePage />
    </UploadsContext>
  );
  return { add, ...renderPage(page, { link }) };
}

test("tells somebody new what to do and what will happen", async () => {
  show(new ApolloLink(() => of(home({}))));
  expect(await screen.findByText("Drop photos or whole folders here")).toBeVisible();
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Welcome to PAM");
  expect(screen.getAllByRole("heading", { level: 3 }).map(({ textContent }) => textContent)).toEqual(["1. Upload", "2. Pick labels", "3. Download"]);
});

test("takes photos there and then, and goes on to their upload", async () => {
  const { add, user, address } = show(new ApolloLink(() => of(home({}))));
  await screen.findByText("Drop photos or whole folders here");
  await user.upload(screen.getByLabelText("Photos"), new File(["x"], "dog.jpg", { type: "image/jpeg" }));
  expect(add).toHaveBeenCalledOnce();
  expect(address()).toBe("/uploads");
});

test("sums up what there is, each number with a way to its photos", async () => {
  show(new ApolloLink(() => of(home({ photoCount: 3000, pendingCount: 2, rejectedCount: 1 }))));
  expect(await screen.findByRole("link", { name: "3,000" })).toHaveAttribute("href", "/photos?status=labelled");
  expect(screen.getByText("900 MB")).toBeVisible();
  expect(screen.getByRole("link", { name: "2" })).toHaveAttribute("href", "/photos?status=pending");
  expect(screen.getByRole("link", { name: "1" })).toHaveAttribute("href", "/photos?status=rejected");
  expect(screen.getByRole("link", { name: "Dog" })).toHaveAttribute("href", "/photos?any=Dog");
  expect(screen.getByRole("link", { name: "Dogs" })).toHaveAttribute("href", "/archives/a1");
});

test("is no first run any more once photos are on their way", async () => {
  show(new ApolloLink(() => of(home({ pendingCount: 5 }))));
  expect(await screen.findByRole("link", { name: "5" })).toBeVisible();
  expect(screen.queryByText("Drop photos or whole folders here")).not.toBeInTheDocument();
});

test("names the request that failed, and tries again", async () => {
  let asked = 0;
  const link = new ApolloLink(() => {
    asked += 1;
    return asked === 1 ? throwError(() => apiError("INTERNAL")) : of(home({ photoCount: 1 }));
  });
  const { user } = show(link);
  expect(await screen.findByText("01REQUEST")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Top labels")).toBeVisible();
});
