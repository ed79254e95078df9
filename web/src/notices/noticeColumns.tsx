import Badge from "@cloudscape-design/components/badge";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";

import { RouterLink } from "../app/RouterLink";
import { formatMoment } from "../format/format";
import { graphql } from "../gql";
import type { NoticeRowFragment } from "../gql/graphql";

import { isUnread, type Reading } from "./reading";

/** What a row shows of a notice. */
export const NoticeRow = graphql(`
  fragment NoticeRow on Notice {
    id
    kind
    at
    archive {
      id
      name
    }
  }
`);

/** The columns of the table of notices; what is unread by this reading is marked as new. */
export function noticeColumns(reading: Reading | undefined): TableProps.ColumnDefinition<NoticeRowFragment>[] {
  return [
    {
      id: "kind",
      header: "What",
      minWidth: 150,
      cell: (notice) => (
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          {notice.kind === "ARCHIVE_READY" ? (
            <StatusIndicator type="success">Archive ready</StatusIndicator>
          ) : (
            <StatusIndicator type="error">Archive failed</StatusIndicator>
          )}
          {isUnread(reading, notice) && <Badge color="blue">New</Badge>}
        </SpaceBetween>
      ),
    },
    {
      id: "archive",
      header: "Archive",
      cell: ({ archive }) => (archive ? <RouterLink href={`/archives/${archive.id}`}>{archive.name}</RouterLink> : "It is gone"),
      isRowHeader: true,
      minWidth: 120,
    },
    { id: "at", header: "When", cell: ({ at }) => formatMoment(at), minWidth: 130 },
  ];
}
