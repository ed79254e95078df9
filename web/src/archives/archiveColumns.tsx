import type { TableProps } from "@cloudscape-design/components/table";

import { RouterLink } from "../app/RouterLink";
import { formatBytes, formatCount, formatMoment } from "../format/format";
import { graphql } from "../gql";
import type { ArchiveRowFragment } from "../gql/graphql";

import { ArchiveState } from "./ArchiveState";

/** What a row shows of an archive. */
export const ArchiveRow = graphql(`
  fragment ArchiveRow on Archive {
    id
    name
    photoCount
    totalBytes
    createdAt
    ...ArchiveState
  }
`);

/** The columns of the table of archives. */
export const columns: TableProps.ColumnDefinition<ArchiveRowFragment>[] = [
  { id: "name", header: "Name", cell: ({ id, name }) => <RouterLink href={`/archives/${id}`}>{name}</RouterLink>, isRowHeader: true },
  { id: "status", header: "State", cell: (archive) => <ArchiveState archive={archive} /> },
  { id: "photos", header: "Photos", cell: ({ photoCount }) => formatCount(photoCount) },
  { id: "size", header: "Size", cell: ({ totalBytes }) => formatBytes(totalBytes) },
  { id: "created", header: "Requested", cell: ({ createdAt }) => formatMoment(createdAt) },
];
