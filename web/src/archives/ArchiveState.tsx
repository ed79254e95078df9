import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";

import { formatCount } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";
import type { ArchiveStatus } from "../gql/graphql";

const ArchiveStateFragment = graphql(`
  fragment ArchiveState on Archive {
    id
    status
    photoCount
    photosDone
  }
`);

const looks: Record<ArchiveStatus, { type: StatusIndicatorProps.Type; text: string }> = {
  QUEUED: { type: "pending", text: "Waiting" },
  BUILDING: { type: "in-progress", text: "Building" },
  READY: { type: "success", text: "Ready" },
  FAILED: { type: "error", text: "Failed" },
  CANCELLED: { type: "stopped", text: "Cancelled" },
  EXPIRED: { type: "stopped", text: "Expired" },
};

/** Where an archive stands, with how many photos are packed while it is being built. */
export function ArchiveState({ archive }: { archive: FragmentType<typeof ArchiveStateFragment> }): ReactNode {
  const { status, photoCount, photosDone } = readFragment(ArchiveStateFragment, archive);
  const { type, text } = looks[status];
  return (
    <StatusIndicator type={type}>
      {text}
      {status === "BUILDING" && photoCount > 0 && ` ${formatCount(photosDone)} of ${formatCount(photoCount)}`}
    </StatusIndicator>
  );
}
