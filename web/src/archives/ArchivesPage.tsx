import { useQuery } from "@apollo/client/react";
import { useCallback, useEffect, type ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { graphql } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { MoreOnScroll } from "../states/MoreOnScroll";

import { ArchiveTable } from "./ArchiveTable";

const query = graphql(`
  query Archives($after: String) {
    archives(first: 20, after: $after) {
      nodes {
        id
        status
        ...ArchiveRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

/** How often to look how far the archives are, in milliseconds, as long as one is being built. */
const interval = 3000;

/** The archives that were requested, newest first. */
export function ArchivesPage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch, fetchMore, startPolling, stopPolling } = result;
  const active = data?.archives.nodes.some(({ status }) => status === "QUEUED" || status === "BUILDING") ?? false;
  useEffect(() => {
    if (active) {
      // Not a subscription each: browsers open only a few connections to a server that speaks HTTP/1.1.
      startPolling(interval);
      return stopPolling;
    }
  }, [active, startPolling, stopPolling]);
  // What fails is in the result.
  const refresh = useCallback(() => void refetch().catch(() => undefined), [refetch]);
  return (
    <Page
      title="Archives"
      counter={data && data.archives.totalCount > 0 ? `(${data.archives.totalCount})` : undefined}
      description="Zips of your photos. Each can be downloaded for 24 hours."
      actions={<RouterButton href="/labels">Pick labels for a new one</RouterButton>}
    >
      {viewOf(result) === "loading" && <LoadingState label="Loading archives" />}
      {viewOf(result) === "failed" && <ErrorState title="The archives could not be loaded" error={error} onRetry={refresh} />}
      {data && (
        <ArchiveTable
          archives={data.archives.nodes}
          onGone={refresh}
          empty={
            <EmptyState title="No archives yet" action={<RouterButton href="/labels">Pick labels</RouterButton>}>
              Pick labels, and get all photos that carry them in one zip.
            </EmptyState>
          }
        />
      )}
      {data?.archives.pageInfo.hasNextPage === true && (
        <MoreOnScroll
          label="Show older archives"
          failure="Older archives could not be loaded"
          onMore={() => fetchMore({ variables: { after: data.archives.pageInfo.endCursor } })}
        />
      )}
    </Page>
  );
}
