import type { TableProps } from "@cloudscape-design/components/table";

import { RouterLink } from "../app/RouterLink";
import { formatBytes, formatCount, formatMoment } from "../format/format";
import { graphql } from "../gql";
import type { ArchiveRowFragment } from "../gql/graphql";

import { ArchiveState } from "./ArchiveState";
import { DownloadArchive } from "./DownloadArchive";

/** What a row shows of an archive. */
export const ArchiveRow = graphql(`
  fragment ArchiveRow on Archive {
    id
    name
    status
    photoCount
    totalBytes
    size
    createdAt
    expiresAt
    ...ArchiveState
  }
`);

/** In place of what is not known yet. */
const unknown = "–";

/** The columns of the table of archives. */
export function archiveColumns(onGone: () => void): TableProps.ColumnDefinition<ArchiveRowFragment>[] {
  return [
    { id: "name", header: "Name", cell: ({ id, name }) => <RouterLink href={`/archives/${id}`}>{name}</RouterLink>, isRowHeader: true, minWidth: 140 },
    { id: "status", header: "State", cell: (archive) => <ArchiveState archive={archive} />, minWidth: 130 },
    { id: "photos", header: "Photos", cell: ({ photoCount }) => (photoCount === 0 ? unknown : formatCount(photoCount)) },
    {
      id: "size",
      header: "Size",
      cell: ({ size, totalBytes }) => (totalBytes === 0 ? unknown : formatBytes(size ?? totalBytes)),
    },
    { id: "created", header: "Requested", cell: ({ createdAt }) => formatMoment(createdAt), minWidth: 130 },
    {
      id: "expires",
      header: "Download until",
      cell: ({ status, expiresAt }) => (status === "READY" && expiresAt ? formatMoment(expiresAt) : unknown),
      minWidth: 130,
    },
    {
      id: "download",
      header: "Download",
      cell: ({ id, name, status }) => (status === "READY" ? <DownloadArchive id={id} name={name} look="icon" onGone={onGone} /> : unknown),
    },
  ];
}
