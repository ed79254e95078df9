import { useQuery } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

import { isFetchingMore, viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { graphql } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { ArchiveTable } from "./ArchiveTable";

const query = graphql(`
  query Archives($after: String) {
    archives(first: 20, after: $after) {
      nodes {
        id
        ...ArchiveRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** The archives that were requested, newest first. */
export function ArchivesPage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch, fetchMore } = result;
  const more = () => void fetchMore({ variables: { after: data?.archives.pageInfo.endCursor ?? null } });
  return (
    <Page title="Archives" description="Zips of your photos. Each can be downloaded for 24 hours.">
      {viewOf(result) === "loading" && <LoadingState label="Loading archives" />}
      {viewOf(result) === "failed" && <ErrorState title="The archives could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data && (
        <ArchiveTable
          archives={data.archives.nodes}
          empty={
            <EmptyState title="No archives yet" action={<RouterButton href="/labels">Pick labels</RouterButton>}>
              Pick labels, and get all photos that carry them in one zip.
            </EmptyState>
          }
        />
      )}
      {data?.archives.pageInfo.hasNextPage === true && (
        <Box textAlign="center" padding="m">
          <Button onClick={more} loading={isFetchingMore(result)}>
            Show older archives
          </Button>
        </Box>
      )}
    </Page>
  );
}
