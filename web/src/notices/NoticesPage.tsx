import { useQuery } from "@apollo/client/react";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useMemo, useState, type ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql, readFragment } from "../gql";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { MoreOnScroll } from "../states/MoreOnScroll";

import { NoticeChannels } from "./NoticeChannels";
import { noticeColumns, NoticeRow } from "./noticeColumns";
import { useReading } from "./useReading";
import { useVisible } from "./useVisible";

const query = graphql(`
  query Notices($after: String) {
    notices(first: 20, after: $after) {
      nodes {
        id
        at
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
  const { data, error, refetch, fetchMore } = result;
  const { reading, readAll } = useReading();
  const visible = useVisible();
  // What was unread when the page was opened stays marked as new as long as it is open.
  const [before] = useState(reading);
  const columns = useMemo(() => noticeColumns(before), [before]);
  useEffect(() => {
    if (data !== undefined && visible) {
      readAll(data.notices.nodes);
    }
  }, [data, readAll, visible]);
  const retry = () => void refetch().catch(() => undefined); // the result says so
  return (
    <Page title="Notices" description="What has come to an end while you did something else.">
      <SpaceBetween size="l">
        {viewOf(result) === "loading" && <LoadingState label="Loading notices" />}
        {viewOf(result) === "failed" && <ErrorState title="The notices could not be loaded" error={error} onRetry={retry} />}
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
        {data?.notices.pageInfo.hasNextPage === true && (
          <MoreOnScroll
            label="Show older notices"
            failure="Older notices could not be loaded"
            onMore={() => fetchMore({ variables: { after: data.notices.pageInfo.endCursor } })}
          />
        )}
        <NoticeChannels />
      </SpaceBetween>
    </Page>
  );
}
