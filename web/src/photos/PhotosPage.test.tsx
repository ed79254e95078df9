// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { of } from "rxjs";
import { expect, test } from "vitest";

import { renderPage } from "../test/render";

import { PhotosPage } from "./PhotosPage";

function photo(id: string, thumbnailUrl: string | null = `http://127.0.0.1/${id}?old`) {
  return { __typename: "Photo", id, fileName: `${id}.jpg`, status: "LABELLED", thumbnailUrl, rejection: null };
}

/** An API with four photos, which remembers what it was asked for. */
function api() {
  const asked: { name: string; variables: Record<string, unknown> }[] = [];
  let photos = ["p0", "p1", "p2", "p3"];
  const link = new ApolloLink(({ operationName: name = "", variables }) => {
    asked.push({ name, variables });
    if (name === "Thumbnail") {
      return of({ data: { photo: photo(variables.id as string, `http://127.0.0.1/${String(variables.id)}?new`) } });
    }
    if (name === "DeletePhotos") {
      const ids = variables.ids as string[];
      photos = photos.filter((id) => !ids.includes(id));
      return of({ data: { deletePhotos: { __typename: "DeletePhotosPayload", deletedIds: ids, notFoundIds: [] } } });
    }
    const pageInfo = { __typename: "PageInfo", hasNextPage: false, endCursor: null };
    return of({ data: { photos: { __typename: "PhotoConnection", nodes: photos.map((id) => photo(id)), totalCount: photos.length, pageInfo } } });
  });
  return { link, ask: (name: string) => asked.filter((operation) => operation.name === name).map(({ variables }) => variables) };
}

test("opens a photo in its list, so that its page knows the neighbours", async () => {
  const { user, address } = renderPage(<PhotosPage />, { link: api().link, at: "/photos?any=Dog&order=oldest" });
  await user.click(await screen.findByRole("link", { name: "p1.jpg" }));
  expect(address()).toBe("/photos/p1?any=Dog&order=oldest");
});

test("deletes what was picked after asking, and names the number", async () => {
  const { link, ask } = api();
  const { user } = renderPage(<PhotosPage />, { link });
  (await screen.findByRole("link", { name: "p0.jpg" })).focus();
  await user.keyboard(" {Shift>}{ArrowRight}{/Shift}{Delete}");
  expect(ask("DeletePhotos"), "not before it was confirmed").toEqual([]);
  await user.click(screen.getByRole("button", { name: "Delete 2 photos" }));
  expect(await screen.findByText("2 photos deleted.")).toBeVisible();
  expect(ask("DeletePhotos")).toEqual([{ ids: ["p0", "p1"] }]);
  expect(screen.queryByRole("link", { name: "p0.jpg" })).not.toBeInTheDocument();
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Photos (2)");
});

test("picks all with Control-A, and none with Escape", async () => {
  const { user } = renderPage(<PhotosPage />, { link: api().link });
  (await screen.findByRole("link", { name: "p2.jpg" })).focus();
  await user.keyboard("{Control>}a{/Control}");
  expect(screen.getAllByRole("checkbox", { checked: true })).toHaveLength(4);
  await user.keyboard("{Escape}");
  expect(screen.queryAllByRole("checkbox", { checked: true })).toHaveLength(0);
});

test("asks once for a new link when a picture fails, and then says so", async () => {
  const { link, ask } = api();
  renderPage(<PhotosPage />, { link });
  fireEvent.error(await screen.findByRole("img", { name: "p1.jpg" }));
  await waitFor(() => {
    expect(screen.getByRole("img", { name: "p1.jpg" })).toHaveAttribute("src", "http://127.0.0.1/p1?new");
  });
  fireEvent.error(screen.getByRole("img", { name: "p1.jpg" }));
  expect(await screen.findByText("The picture could not be loaded")).toBeVisible();
  expect(ask("Thumbnail")).toEqual([{ id: "p1" }]);
});

test("does not send an address that the API would refuse", async () => {
  const { link, ask } = api();
  renderPage(<PhotosPage />, { link, at: "/photos?none=Person" });
  expect(await screen.findByText(/only leaves labels out/)).toBeVisible();
  expect(ask("Photos")).toEqual([]);
});
