import { useQuery } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";
import { useSearchParams } from "react-router";

import { isFetchingMore, viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { PhotoGrid } from "./PhotoGrid";
import { hasLabels, matchOf } from "./selection";

const query = graphql(`
  query Photos($match: LabelMatch, $after: String) {
    photos(match: $match, first: 50, after: $after) {
      nodes {
        id
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

/** The photos of a selection of labels, or all of them. The selection is in the address. */
export function PhotosPage(): ReactNode {
  const match = matchOf(useSearchParams()[0]);
  const selected = hasLabels(match);
  const result = useQuery(query, { variables: { match: selected ? match : null } });
  const { data, error, refetch, fetchMore } = result;
  const view = viewOf(result);
  const more = () => void fetchMore({ variables: { after: data?.photos.pageInfo.endCursor ?? null } });
  return (
    <Page title="Photos" counter={data && `(${formatCount(data.photos.totalCount)})`} description={selected ? match.any.join(", ") : undefined}>
      {view === "loading" && <LoadingState label="Loading photos" shape="tiles" count={12} />}
      {view === "failed" && <ErrorState title="The photos could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data?.photos.nodes.length === 0 && (
        <EmptyState
          title={selected ? "No photo matches" : "No photos yet"}
          action={selected ? <RouterButton href="/labels">Pick other labels</RouterButton> : <RouterButton href="/uploads">Upload photos</RouterButton>}
        >
          {selected ? "None of your photos carries this combination of labels." : "Photos that you upload appear here."}
        </EmptyState>
      )}
      {data && data.photos.nodes.length > 0 && <PhotoGrid photos={data.photos.nodes} />}
      {data?.photos.pageInfo.hasNextPage === true && (
        <Box textAlign="center" padding="m">
          <Button onClick={more} loading={isFetchingMore(result)}>
            Show more photos
          </Button>
        </Box>
      )}
    </Page>
  );
}
