import { gql } from "@apollo/client";
import { expect, test } from "vitest";

import { createCache } from "./cache";

const query = gql`
  query ($first: Int, $after: String) {
    photos(first: $first, after: $after) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`;

/** The cache after these pages have come, one after the other: the cursor asked behind, and the ids that came. */
function idsAfter(pages: readonly { after?: string; ids: string; more?: boolean }[]) {
  const cache = createCache();
  for (const { after = null, ids, more = true } of pages) {
    const nodes = Array.from(ids, (id) => ({ __typename: "Photo", id }));
    const pageInfo = { __typename: "PageInfo", hasNextPage: more, endCursor: ids.at(-1) ?? null };
    cache.writeQuery({
      query,
      variables: { first: ids.length, after },
      data: { photos: { __typename: "PhotoConnection", nodes, pageInfo, totalCount: 9 } },
    });
  }
  const { photos } = cache.readQuery<{ photos: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>({ query }) ?? {};
  return { ids: photos?.nodes.map(({ id }) => id).join(""), end: photos?.pageInfo.endCursor, more: photos?.pageInfo.hasNextPage };
}

test.each([
  {
    name: "further pages",
    reason: "Endless scroll is one list.",
    pages: [{ ids: "ABC" }, { after: "C", ids: "DE", more: false }],
    want: { ids: "ABCDE", end: "E", more: false },
  },
  {
    name: "a page that comes twice",
    reason: "Two quick scrolls ask for the same page; nobody is to see a photo twice.",
    pages: [{ ids: "ABC" }, { after: "C", ids: "DE" }, { after: "C", ids: "DE" }],
    want: { ids: "ABCDE", end: "E", more: true },
  },
  {
    name: "new photos at the head",
    reason: "A refresh must not throw away what the person has scrolled through.",
    pages: [{ ids: "ABC" }, { after: "C", ids: "DE" }, { ids: "XAB" }],
    want: { ids: "XABCDE", end: "E", more: true },
  },
  {
    name: "a deleted photo in the head",
    reason: "What the server no longer lists is gone.",
    pages: [{ ids: "ABC" }, { after: "C", ids: "DE" }, { ids: "ACD" }],
    want: { ids: "ACDE", end: "E", more: true },
  },
  {
    name: "a head of new photos alone",
    reason: "There may be more new ones between it and the rest, so the rest cannot stay.",
    pages: [{ ids: "ABC" }, { after: "C", ids: "DE" }, { ids: "XYZ" }],
    want: { ids: "XYZ", end: "Z", more: true },
  },
  {
    name: "a late page of the list that was",
    reason: "It would leave a gap in the new list.",
    pages: [{ ids: "ABC" }, { ids: "XYZ" }, { after: "C", ids: "DE" }],
    want: { ids: "XYZ", end: "Z", more: true },
  },
  {
    name: "an empty list",
    reason: "The last photo was deleted.",
    pages: [{ ids: "A", more: false }, { ids: "", more: false }],
    want: { ids: "", end: null, more: false },
  },
])("keeps $name", ({ pages, want, reason }) => {
  expect(idsAfter(pages), reason).toEqual(want);
});
