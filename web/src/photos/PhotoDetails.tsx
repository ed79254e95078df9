import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterLink } from "../app/RouterLink";
import { formatBytes, formatConfidence, formatLocalTime, formatMoment } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";

import styles from "./PhotoDetails.module.css";

const PhotoDetailsFragment = graphql(`
  fragment PhotoDetails on Photo {
    id
    fileName
    size
    width
    height
    uploadedAt
    takenAt
    status
    thumbnailUrl
    rejection {
      code
      message
    }
    labels {
      name
      confidence
    }
  }
`);

/** The picture of a photo, its labels, and what is known of the file. */
export function PhotoDetails({ photo }: { photo: FragmentType<typeof PhotoDetailsFragment> }): ReactNode {
  const { fileName, size, width, height, uploadedAt, takenAt, status, thumbnailUrl, rejection, labels } = readFragment(PhotoDetailsFragment, photo);
  const facts = [
    { label: "Size", value: formatBytes(size) },
    ...(width && height ? [{ label: "Pixels", value: `${width} × ${height}` }] : []),
    ...(takenAt ? [{ label: "Taken", value: formatLocalTime(takenAt) }] : []),
    { label: "Uploaded", value: formatMoment(uploadedAt) },
  ];
  return (
    <SpaceBetween size="l">
      {rejection && (
        <Alert type="error" header="PAM could not take this photo">
          {rejection.message}
        </Alert>
      )}
      {status === "PENDING" && (
        <Alert type="info">
          This photo is being labelled.
        </Alert>
      )}
      {thumbnailUrl && <img className={styles.picture} src={thumbnailUrl} alt={fileName} />}
      {status === "LABELLED" && (
        <Container header={<Header variant="h2">What it shows</Header>}>
          {labels.length === 0 ? (
            <Box color="text-body-secondary">Nothing that PAM knows.</Box>
          ) : (
            <KeyValuePairs
              columns={3}
              items={labels.map(({ name, confidence }) => ({
                label: formatConfidence(confidence),
                value: <RouterLink href={`/photos?any=${encodeURIComponent(name)}`}>{name}</RouterLink>,
              }))}
            />
          )}
        </Container>
      )}
      <Container header={<Header variant="h2">The file</Header>}>
        <KeyValuePairs columns={4} items={facts} />
      </Container>
    </SpaceBetween>
  );
}
