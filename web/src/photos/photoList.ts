import { graphql } from "../gql";
import type { PhotoOrder, PhotosQueryVariables, PhotoStatus } from "../gql/graphql";

import { hasLabels, isComplete, matchOf, putInto, type Selection } from "./selection";

/** A list of photos, as an address says it: those of a selection or of a status, in an order. */
export interface PhotoList {
  readonly selection: Selection;
  /** Of every status where nothing is said. With a selection there is none: it sees LABELLED photos alone. */
  readonly status: PhotoStatus | undefined;
  readonly orderBy: PhotoOrder;
}

const statuses: readonly PhotoStatus[] = ["LABELLED", "PENDING", "REJECTED"];

/** Photos of a list, page by page. */
export const photosQuery = graphql(`
  query Photos($match: LabelMatch, $status: PhotoStatus, $orderBy: PhotoOrder!, $after: String) {
    photos(match: $match, status: $status, orderBy: $orderBy, first: 100, after: $after) {
      nodes {
        id
        status
        ...PhotoTile
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

/** Reads a list from an address: a selection, or `status=pending`; and `order=oldest`. */
export function listOf(parameters: URLSearchParams): PhotoList {
  const selection = matchOf(parameters);
  const status = statuses.find((candidate) => candidate.toLowerCase() === parameters.get("status"));
  return {
    selection,
    status: hasLabels(selection) ? undefined : status,
    orderBy: parameters.get("order") === "oldest" ? "UPLOADED_ASC" : "UPLOADED_DESC",
  };
}

/** Writes a list as the part of an address from the question mark on; nothing for all photos, newest first. */
export function searchOfList({ selection, status, orderBy }: PhotoList): string {
  const parameters = putInto(new URLSearchParams(), selection);
  if (status !== undefined) {
    parameters.set("status", status.toLowerCase());
  }
  if (orderBy === "UPLOADED_ASC") {
    parameters.set("order", "oldest");
  }
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}

/** What the API is asked for. */
export function variablesOf({ selection, status, orderBy }: PhotoList): PhotosQueryVariables {
  const { any, all, none, minConfidence } = selection;
  return { match: hasLabels(selection) ? { any, all, none, minConfidence } : null, status: status ?? null, orderBy };
}

/** Says whether the API takes the list: an address may hold more labels than it does, or leave out alone. */
export function isAskable({ selection }: PhotoList): boolean {
  return selection.none.length === 0 && !hasLabels(selection) ? true : isComplete(selection);
}
