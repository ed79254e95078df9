import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";

import { RouterLink } from "../app/RouterLink";
import { formatMoment } from "../format/format";
import { graphql } from "../gql";
import type { NoticeRowFragment } from "../gql/graphql";

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

/** The columns of the table of notices. */
export const columns: TableProps.ColumnDefinition<NoticeRowFragment>[] = [
  {
    id: "kind",
    header: "What",
    cell: ({ kind }) =>
      kind === "ARCHIVE_READY" ? (
        <StatusIndicator type="success">Archive ready</StatusIndicator>
      ) : (
        <StatusIndicator type="error">Archive failed</StatusIndicator>
      ),
  },
  {
    id: "archive",
    header: "Archive",
    cell: ({ archive }) => (archive ? <RouterLink href={`/archives/${archive.id}`}>{archive.name}</RouterLink> : ""),
    isRowHeader: true,
  },
  { id: "at", header: "When", cell: ({ at }) => formatMoment(at) },
];
