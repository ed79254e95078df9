import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { formatBytes, formatCount, formatMoment } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";

import { ArchiveExpiry } from "./ArchiveExpiry";
import { ArchiveProgress } from "./ArchiveProgress";
import { ArchiveState } from "./ArchiveState";
import { SkippedPhotos } from "./SkippedPhotos";

const ArchiveDetailsFragment = graphql(`
  fragment ArchiveDetails on Archive {
    id
    name
    status
    photoCount
    totalBytes
    size
    createdAt
    expiresAt
    failure {
      code
      message
    }
    ...ArchiveState
    ...ArchiveProgress
    ...SkippedPhotos
  }
`);

interface ArchiveDetailsProps {
  readonly archive: FragmentType<typeof ArchiveDetailsFragment>;
  /** Asks for the archive anew. */
  readonly onRefresh: () => void;
}

/** What is known of an archive: how far it is, or what became of it. */
export function ArchiveDetails({ archive, onRefresh }: ArchiveDetailsProps): ReactNode {
  const details = readFragment(ArchiveDetailsFragment, archive);
  const { status, photoCount, totalBytes, size, createdAt, expiresAt, failure } = details;
  const active = status === "QUEUED" || status === "BUILDING";
  return (
    <SpaceBetween size="l">
      {failure && (
        <Alert type="error" header="This archive could not be built">
          {failure.message}
          <Box margin={{ top: "xs" }} fontSize="body-s">
            Code <Box variant="code">{failure.code}</Box>
          </Box>
        </Alert>
      )}
      {status === "EXPIRED" && (
        <Alert type="info" header="This archive can no longer be downloaded">
          Archives are kept for 24 hours. Your photos are still here, and it can be made again.
        </Alert>
      )}
      <Container>
        <LiveRegion hidden>{sayings[status]}</LiveRegion>
        <SpaceBetween size="l">
          {active && <ArchiveProgress archive={details} />}
          <KeyValuePairs
            columns={expiresAt ? 3 : 4}
            items={[
              { label: "State", value: <ArchiveState archive={details} /> },
              { label: "Photos", value: photoCount === 0 ? "Not counted yet" : formatCount(photoCount) },
              { label: size === null ? "Size of the photos" : "Size of the zip", value: sizeOf(size ?? totalBytes) },
              { label: "Requested", value: formatMoment(createdAt) },
              ...(status === "READY" && expiresAt
                ? [{ label: "Can be downloaded until", value: <ArchiveExpiry expiresAt={expiresAt} onOver={onRefresh} /> }]
                : []),
              ...(status === "EXPIRED" && expiresAt ? [{ label: "Could be downloaded until", value: formatMoment(expiresAt) }] : []),
            ]}
          />
        </SpaceBetween>
      </Container>
      <SkippedPhotos archive={details} />
    </SpaceBetween>
  );
}

/** What is read out when the state changes. */
const sayings = {
  QUEUED: "The archive waits to be built.",
  BUILDING: "The archive is being built.",
  READY: "The archive is ready to be downloaded.",
  FAILED: "The archive could not be built.",
  CANCELLED: "The archive was cancelled.",
  EXPIRED: "The archive can no longer be downloaded.",
} as const;

function sizeOf(bytes: number): string {
  return bytes === 0 ? "Not known yet" : formatBytes(bytes);
}
