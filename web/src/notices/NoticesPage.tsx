import { useQuery } from "@apollo/client/react";
import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql, readFragment } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { columns, NoticeRow } from "./noticeColumns";

const query = graphql(`
  query Notices {
    notices(first: 50) {
      nodes {
        id
        ...NoticeRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** What has come to an end, newest first. */
export function NoticesPage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch } = result;
  return (
    <Page title="Notices" description="What has come to an end while you did something else.">
      {viewOf(result) === "loading" && <LoadingState label="Loading notices" />}
      {viewOf(result) === "failed" && <ErrorState title="The notices could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data && (
        <Table
          items={readFragment(NoticeRow, data.notices.nodes)}
          columnDefinitions={columns}
          trackBy="id"
          variant="container"
          wrapLines
          enableKeyboardNavigation
          ariaLabels={{ tableLabel: "Notices" }}
          empty={<EmptyState title="No notices yet">PAM says here when an archive is ready, or could not be built.</EmptyState>}
        />
      )}
    </Page>
  );
}
