import { useQuery } from "@apollo/client/react";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import { PhotoGrid } from "../photos/PhotoGrid";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

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

/** Photos that are on their way, and those that PAM could not take. */
export function UploadsPage(): ReactNode {
  const result = useQuery(query, { pollInterval: 3000 });
  const { data, error, refetch } = result;
  const groups = data && [
    { title: "Being labelled", ...data.pending },
    { title: "Refused", ...data.rejected },
  ];
  return (
    <Page title="Uploads" description="Photos that are on their way, and those that PAM could not take.">
      {viewOf(result) === "loading" && <LoadingState label="Loading uploads" shape="tiles" />}
      {viewOf(result) === "failed" && <ErrorState title="The uploads could not be loaded" error={error} onRetry={() => void refetch()} />}
      {groups?.every(({ nodes }) => nodes.length === 0) === true && (
        <EmptyState title="Nothing is on its way">Every photo that you have uploaded is labelled.</EmptyState>
      )}
      <SpaceBetween size="l">
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
    </Page>
  );
}
