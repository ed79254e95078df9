// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen, waitFor, within } from "@testing-library/react";
import { of, throwError } from "rxjs";
import { expect, test } from "vitest";

import { apiError } from "../test/problems";
import { renderPage, silence } from "../test/render";

import { LabelsPage } from "./LabelsPage";

interface Answer {
  readonly names: readonly string[];
  readonly count?: number;
  readonly end?: string;
}

function labels({ names, count = 1000, end }: Answer, threshold = 55) {
  const nodes = names.map((name, i) => ({
    __typename: "Label",
    id: `${name}@${threshold}`,
    name,
    count: count + i,
    parents: name === "Dog" ? ["Animal"] : [],
    categories: name === "Dog" ? ["Animals and Pets"] : [],
  }));
  const pageInfo = { __typename: "PageInfo", hasNextPage: end !== undefined, endCursor: end ?? null };
  return { data: { labels: { __typename: "LabelConnection", nodes, pageInfo, totalCount: nodes.length } } };
}

const preview = { data: { archivePreview: { __typename: "ArchivePreview", photoCount: 12, totalBytes: 34_000_000 } } };

/** An API that remembers what it was asked for. */
function api(answer: (variables: Record<string, unknown>) => Answer) {
  const asked: { name: string; variables: Record<string, unknown> }[] = [];
  const link = new ApolloLink(({ operationName, variables }) => {
    asked.push({ name: operationName ?? "", variables });
    return of(operationName === "Labels" ? labels(answer(variables), variables.minConfidence as number) : preview);
  });
  const ask = (name: string) => asked.filter((operation) => operation.name === name).map(({ variables }) => variables);
  return { link, ask };
}

const two = () => api(() => ({ names: ["Animal", "Dog"] }));

test("lists labels with their counts, parents and categories", async () => {
  const { cloudscape } = renderPage(<LabelsPage />, { link: two().link });
  await screen.findByText("Dog");
  const table = cloudscape.findTable();
  expect(table?.findRows()).toHaveLength(2);
  expect(table?.findBodyCell(2, 3)?.getElement()).toHaveTextContent("1,001");
  expect(table?.findBodyCell(2, 4)?.getElement()).toHaveTextContent("Animal");
  expect(table?.findBodyCell(2, 5)?.getElement()).toHaveTextContent("Animals and Pets");
});

test("says what it waits for", () => {
  renderPage(<LabelsPage />, { link: silence() });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Labels");
  expect(screen.queryByRole("grid")).not.toBeInTheDocument();
});

test("says how labels come to be where there are none", async () => {
  renderPage(<LabelsPage />, { link: api(() => ({ names: [] })).link });
  expect(await screen.findByText("No labels yet")).toBeVisible();
});

test("names the request that failed, and tries again", async () => {
  let failed = false;
  const { link } = api(() => ({ names: ["Cat"] }));
  const once = new ApolloLink((operation, forward) => {
    if (failed) {
      return forward(operation);
    }
    failed = true;
    return throwError(() => apiError("INTERNAL"));
  });
  const { user } = renderPage(<LabelsPage />, { link: once.concat(link) });
  expect(await screen.findByText("The labels could not be loaded")).toBeVisible();
  expect(screen.getByText("01REQUEST")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Cat")).toBeVisible();
});

test("searches when the person pauses, and keeps the search in the address", async () => {
  const { link, ask } = api(({ search }) => ({ names: search === "do" ? ["Dog"] : ["Animal", "Dog"] }));
  const { user, address } = renderPage(<LabelsPage />, { link, at: "/labels?any=Cat" });
  await screen.findByRole("link", { name: "Animal" });
  await user.type(screen.getByRole("searchbox", { name: "Search labels" }), "do");
  await waitFor(() => {
    expect(screen.queryByRole("link", { name: "Animal" })).not.toBeInTheDocument();
  });
  expect(address()).toBe("/labels?any=Cat&search=do");
  expect(ask("Labels").map(({ search }) => search), "not one request for each key").toEqual([null, "do"]);
});

test("takes search, order and threshold from the address", async () => {
  const { link, ask } = api(() => ({ names: ["Dog"] }));
  renderPage(<LabelsPage />, { link, at: "/labels?search=dog&order=name&confidence=80" });
  await screen.findByText("Dog");
  expect(ask("Labels")).toEqual([expect.objectContaining({ search: "dog", orderBy: "NAME_ASC", minConfidence: 80 })]);
});

test("counts at another confidence", async () => {
  const { link, ask } = api(({ minConfidence }) => ({ names: ["Dog"], count: minConfidence === 90 ? 7 : 1000 }));
  const { cloudscape, address } = renderPage(<LabelsPage />, { link });
  await screen.findByText("1,000");
  const select = cloudscape.findSelect();
  select?.openDropdown();
  select?.selectOptionByValue("90");
  expect(await screen.findByText("7")).toBeVisible();
  expect(address()).toBe("/labels?confidence=90".replace("/labels", "/"));
  expect(ask("Labels").at(-1)).toMatchObject({ minConfidence: 90 });
});

test("says in words what is selected, and what it comes to", async () => {
  const { link, ask } = api(() => ({ names: ["Cat", "Dog", "Person"] }));
  const { user, address } = renderPage(<LabelsPage />, { link });
  await user.click(await screen.findByRole("checkbox", { name: "Include Dog" }));
  await user.click(screen.getByRole("checkbox", { name: "Include Cat" }));
  await user.click(screen.getByRole("checkbox", { name: "Leave out Person" }));
  const bar = within(screen.getByRole("region", { name: "Selection" }));
  expect(bar.getByText("Photos with any of Dog, Cat; not Person; at least 55%")).toBeVisible();
  expect(await bar.findByText("12 photos, 34 MB")).toBeVisible();
  expect(address()).toBe("/?any=Dog&any=Cat&none=Person");
  expect(ask("SelectionPreview").at(-1)).toEqual({ match: { any: ["Dog", "Cat"], all: [], none: ["Person"], minConfidence: 55 } });
  expect(bar.getByRole("link", { name: "Make an archive" })).toHaveAttribute("href", "/archives/new?any=Dog&any=Cat&none=Person");
  expect(bar.getByRole("link", { name: "Show photos" })).toHaveAttribute("href", "/photos?any=Dog&any=Cat&none=Person");
});

test("lets a label be required, and taken out again", async () => {
  const { user, address } = renderPage(<LabelsPage />, { link: two().link, at: "/?any=Dog" });
  await user.click(await screen.findByRole("button", { name: "any: Dog" }));
  await user.click(screen.getByRole("menuitemcheckbox", { name: "Include: all of these" }));
  expect(address()).toBe("/?all=Dog");
  await user.click(screen.getByRole("button", { name: "all: Dog" }));
  await user.click(screen.getByRole("menuitem", { name: "Remove" }));
  expect(address()).toBe("/");
});

test("asks for something to include where labels are only left out", async () => {
  const { link, ask } = two();
  renderPage(<LabelsPage />, { link, at: "/?none=Dog" });
  expect(await screen.findByText(/leaving out alone selects nothing/)).toBeVisible();
  expect(screen.queryByRole("link", { name: "Make an archive" })).not.toBeInTheDocument();
  expect(ask("SelectionPreview"), "the server would refuse it").toEqual([]);
});

test("says that twenty labels are the most, and takes no more", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `Thing ${i}`);
  const { link } = two();
  renderPage(<LabelsPage />, { link, at: `/?${names.map((name) => `any=${name}`).join("&")}` });
  expect(await screen.findByText(/20 labels are the most/)).toBeVisible();
  expect(screen.getByRole("checkbox", { name: "Include Dog" })).toBeDisabled();
  expect(screen.getByRole("checkbox", { name: "Leave out Dog" })).toBeDisabled();
});

test("does not send what an address holds beyond twenty labels", async () => {
  const { link, ask } = two();
  renderPage(<LabelsPage />, { link, at: `/?${Array.from({ length: 21 }, (_, i) => `any=Thing ${i}`).join("&")}` });
  expect(await screen.findByText(/These are 21 labels/)).toBeVisible();
  expect(ask("SelectionPreview")).toEqual([]);
});

test("shows more labels on demand", async () => {
  const { link } = api(({ after }) => (after === "c1" ? { names: ["Zebra"] } : { names: ["Dog"], end: "c1" }));
  const { user } = renderPage(<LabelsPage />, { link });
  await user.click(await screen.findByRole("button", { name: "Show more labels" }));
  expect(await screen.findByText("Zebra")).toBeVisible();
  expect(screen.getByText("Dog")).toBeVisible();
});

test("shows labels as cards", async () => {
  const { user, cloudscape, address } = renderPage(<LabelsPage />, { link: two().link, at: "/?view=cards" });
  await screen.findByText("Dog");
  expect(cloudscape.findCards()?.findItems()).toHaveLength(2);
  await user.click(screen.getByRole("checkbox", { name: "Include Dog" }));
  expect(address()).toBe("/?view=cards&any=Dog");
});
