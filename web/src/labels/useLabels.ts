import { useApolloClient, useQuery } from "@apollo/client/react";
import { useEffect, useRef, useState } from "react";

import { useLive } from "../api/live";
import { graphql, readFragment } from "../gql";
import type { LabelsQueryVariables } from "../gql/graphql";

import { LabelRow } from "./labelColumns";

const query = graphql(`
  query Labels($first: Int!, $after: String, $search: String, $minConfidence: Int!, $orderBy: LabelOrder!) {
    labels(first: $first, after: $after, search: $search, minConfidence: $minConfidence, orderBy: $orderBy) {
      nodes {
        id
        ...LabelRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

const changes = graphql(`
  subscription LabelChanges($minConfidence: Int!) {
    labels(minConfidence: $minConfidence) {
      changed {
        id
        ...LabelRow
      }
      at
    }
  }
`);

/** How many labels a page has, and the most that the API gives at once. */
const page = 100;
const mostAtOnce = 500;
/** How long to gather changes before the list is asked for again, in milliseconds. */
const gathering = 1000;

type Filter = Required<Pick<LabelsQueryVariables, "orderBy" | "minConfidence">> & { readonly search: string };

/** The labels that a filter selects, kept up to date. */
export function useLabels({ search, orderBy, minConfidence }: Filter) {
  const client = useApolloClient();
  const variables = { first: page, search: search === "" ? null : search, orderBy, minConfidence };
  const result = useQuery(query, { variables });
  const { data, previousData, fetchMore } = result;
  const [version, setVersion] = useState(0);
  // A stream begins with all labels, and begins anew each minute where streams are short.
  const told = useRef(new Map<string, number>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );

  /** Asks for as many labels as are shown, so that the list neither shrinks nor jumps. */
  const renew = async () => {
    const first = Math.min(Math.max(page, data?.labels.nodes.length ?? 0), mostAtOnce);
    await client.query({ query, variables: { ...variables, first }, fetchPolicy: "network-only" });
    setVersion((before) => before + 1);
  };
  useLive({
    subscription: changes,
    variables: { minConfidence },
    poll: renew,
    skip: data === undefined,
    // Counts change in the cache by themselves; what is new, gone or in another place has to be asked for.
    onData: ({ labels }) => {
      const changed = readFragment(LabelRow, labels.changed).filter(({ id, count }) => told.current.get(id) !== count);
      for (const { id, count } of changed) {
        told.current.set(id, count);
      }
      if (changed.length === 0) {
        return;
      }
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void renew().catch(() => undefined); // the next change asks again
      }, gathering);
    },
  });
  return {
    result,
    /** What to show: while another filter's labels are on their way, those before. */
    shown: (data ?? previousData)?.labels,
    /** Changes with the counts. */
    version,
    more: () => fetchMore({ variables: { after: data?.labels.pageInfo.endCursor ?? null } }),
  };
}
