import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { formatBytes, formatCount, formatMoment } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";

import { ArchiveState } from "./ArchiveState";

const ArchiveDetailsFragment = graphql(`
  fragment ArchiveDetails on Archive {
    id
    photoCount
    totalBytes
    size
    createdAt
    expiresAt
    downloadUrl
    failure {
      code
      message
    }
    ...ArchiveState
  }
`);

/** What is known of an archive, and its download. */
export function ArchiveDetails({ archive }: { archive: FragmentType<typeof ArchiveDetailsFragment> }): ReactNode {
  const details = readFragment(ArchiveDetailsFragment, archive);
  const { photoCount, totalBytes, size, createdAt, expiresAt, downloadUrl, failure } = details;
  return (
    <SpaceBetween size="l">
      {failure && (
        <Alert type="error" header="This archive could not be built">
          {failure.message}
        </Alert>
      )}
      <Container>
        <SpaceBetween size="l">
          <KeyValuePairs
            columns={4}
            items={[
              { label: "State", value: <ArchiveState archive={details} /> },
              { label: "Photos", value: formatCount(photoCount) },
              { label: "Size", value: formatBytes(size ?? totalBytes) },
              { label: "Requested", value: formatMoment(createdAt) },
              ...(expiresAt ? [{ label: "Can be downloaded until", value: formatMoment(expiresAt) }] : []),
            ]}
          />
          {downloadUrl && (
            <Button variant="primary" href={downloadUrl} iconName="download">
              Download
            </Button>
          )}
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
