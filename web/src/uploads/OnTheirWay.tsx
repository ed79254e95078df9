import { useQuery } from "@apollo/client/react";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { viewOf } from "../api/view";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import { PhotoGrid } from "../photos/PhotoGrid";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { useUploadSummary } from "./UploadsContext";

const query = graphql(`
  query Uploads {
    pending: photos(status: PENDING, first: 50) {
      nodes {
        id
        ...PhotoTile
      }
      totalCount
    }
    rejected: photos(status: REJECTED, first: 50) {
      nodes {
        id
        ...PhotoTile
      }
      totalCount
    }
  }
`);

/** How often to look, in milliseconds. */
const interval = 3000;

/** Photos that the API knows of but that are not labelled: those on their way, and those that it could not take. */
export function OnTheirWay(): ReactNode {
  const result = useQuery(query, { pollInterval: interval, skipPollAttempt: () => document.hidden || !navigator.onLine });
  const { total } = useUploadSummary();
  const { data, error, refetch } = result;
  const groups = data && [
    { title: "Being labelled", ...data.pending },
    { title: "Could not be labelled", ...data.rejected },
  ];
  return (
    <SpaceBetween size="l">
      {viewOf(result) === "loading" && <LoadingState label="Loading uploads" shape="tiles" />}
      {viewOf(result) === "failed" && <ErrorState title="The uploads could not be loaded" error={error} onRetry={() => void refetch()} />}
      {total === 0 && groups?.every(({ nodes }) => nodes.length === 0) === true && (
        <EmptyState title="Nothing is on its way">Every photo that you have uploaded is labelled.</EmptyState>
      )}
      {groups
        ?.filter(({ nodes }) => nodes.length > 0)
        .map(({ title, nodes, totalCount }) => (
          <SpaceBetween key={title} size="s">
            <Header variant="h2" counter={`(${formatCount(totalCount)})`}>
              {title}
            </Header>
            <PhotoGrid photos={nodes} />
          </SpaceBetween>
        ))}
    </SpaceBetween>
  );
}
