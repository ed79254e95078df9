import { useQuery } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

import { useLive } from "../api/live";
import { isFetchingMore, viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { LabelTable } from "./LabelTable";

const query = graphql(`
  query Labels($after: String) {
    labels(first: 100, after: $after) {
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

/** The threshold that the list is counted at, in percent: the API's own default. */
const minConfidence = 55;

/** All labels with their counts, which change while photos are being labelled. */
export function LabelsPage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch, fetchMore } = result;
  const view = viewOf(result);
  const known = new Set(data?.labels.nodes.map(({ id }) => id));
  useLive({
    subscription: changes,
    variables: { minConfidence },
    poll: refetch,
    skip: view !== "shown",
    // Counts change in the cache by themselves; a label that is not in the list yet has to be asked for.
    onData: ({ labels }) => {
      if (data?.labels.pageInfo.hasNextPage === false && labels.changed.some(({ id }) => !known.has(id))) {
        void refetch();
      }
    },
  });
  const more = () => void fetchMore({ variables: { after: data?.labels.pageInfo.endCursor ?? null } });
  return (
    <Page
      title="Labels"
      counter={data && `(${formatCount(data.labels.totalCount)})`}
      description="What your photos show, and how many show it."
      actions={
        <RouterButton variant="primary" href="/uploads" iconName="upload">
          Upload photos
        </RouterButton>
      }
    >
      {view === "loading" && <LoadingState label="Loading labels" count={8} />}
      {view === "failed" && <ErrorState title="The labels could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data && (
        <LabelTable
          labels={data.labels.nodes}
          empty={
            <EmptyState title="No labels yet" action={<RouterButton href="/uploads">Upload photos</RouterButton>}>
              Labels appear here as soon as your first photos are labelled.
            </EmptyState>
          }
        />
      )}
      {data?.labels.pageInfo.hasNextPage === true && (
        <Box textAlign="center" padding="m">
          <Button onClick={more} loading={isFetchingMore(result)}>
            Show more labels
          </Button>
        </Box>
      )}
    </Page>
  );
}
