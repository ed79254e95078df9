// @vitest-environment jsdom
import { ApolloLink } from "@apollo/client";
import { screen } from "@testing-library/react";
import { of, throwError } from "rxjs";
import { expect, test } from "vitest";

import { apiError } from "../test/problems";
import { renderPage, silence } from "../test/render";

import { LabelsPage } from "./LabelsPage";

function labels(...names: string[]) {
  const nodes = names.map((name, i) => ({ __typename: "Label", id: `${name}@55`, name, count: 1000 + i, parents: name === "Dog" ? ["Animal"] : [] }));
  const pageInfo = { __typename: "PageInfo", hasNextPage: false, endCursor: null };
  return { data: { labels: { __typename: "LabelConnection", nodes, pageInfo, totalCount: nodes.length } } };
}

test("lists labels with their counts and parents", async () => {
  const { cloudscape } = renderPage(<LabelsPage />, { link: new ApolloLink(() => of(labels("Animal", "Dog"))) });
  await screen.findByText("Dog");
  const table = cloudscape.findTable();
  expect(table?.findRows()).toHaveLength(2);
  expect(table?.findBodyCell(2, 2)?.getElement()).toHaveTextContent("1,001");
  expect(table?.findBodyCell(2, 3)?.getElement()).toHaveTextContent("Animal");
});

test("says what it waits for", () => {
  renderPage(<LabelsPage />, { link: silence() });
  expect(screen.getByRole("heading", { level: 1 })).toHaveTextContent("Labels");
  expect(screen.queryByRole("grid")).not.toBeInTheDocument();
});

test("says how labels come to be where there are none", async () => {
  renderPage(<LabelsPage />, { link: new ApolloLink(() => of(labels())) });
  expect(await screen.findByText("No labels yet")).toBeVisible();
});

test("names the request that failed, and tries again", async () => {
  let asked = 0;
  const link = new ApolloLink(() => {
    asked += 1;
    return asked === 1 ? throwError(() => apiError("INTERNAL")) : of(labels("Cat"));
  });
  const { user } = renderPage(<LabelsPage />, { link });
  expect(await screen.findByText("The labels could not be loaded")).toBeVisible();
  expect(screen.getByText("01REQUEST")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("Cat")).toBeVisible();
});
