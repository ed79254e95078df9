import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { ReactNode } from "react";

import { useOnline } from "../api/online";
import { RouterLink } from "../app/RouterLink";
import { formatBytes, formatCount, formatLocalTime, formatMoment } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";
import type { RejectionCode } from "../gql/graphql";

import styles from "./PhotoDetails.module.css";
import { PhotoLabels } from "./PhotoLabels";
import { useThumbnail } from "./useThumbnail";

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
    ...PhotoLabels
  }
`);

interface PhotoDetailsProps {
  readonly photo: FragmentType<typeof PhotoDetailsFragment>;
  /** The threshold of the list that the photo stands in, in percent. */
  readonly minConfidence: number;
}

/** The picture of a photo, its labels, and what is known of the file. */
export function PhotoDetails({ photo, minConfidence }: PhotoDetailsProps): ReactNode {
  const details = readFragment(PhotoDetailsFragment, photo);
  const { id, fileName, size, width, height, uploadedAt, takenAt, status, thumbnailUrl, rejection } = details;
  const { failed, version, onError, onLoad } = useThumbnail(id, useOnline());
  const facts = [
    { label: "File", value: fileName },
    { label: "Size", value: formatBytes(size) },
    ...(width && height ? [{ label: "Pixels", value: `${formatCount(width)} × ${formatCount(height)}` }] : []),
    ...(takenAt ? [{ label: "Taken", value: formatLocalTime(takenAt) }] : []),
    { label: "Uploaded", value: formatMoment(uploadedAt) },
  ];
  return (
    <div className={status === "LABELLED" ? styles.sides : styles.one}>
      {rejection && (
        <Alert type="error" header="PAM could not take this photo">
          {rejection.message} {remedies[rejection.code]}
        </Alert>
      )}
      {status === "PENDING" && (
        <Alert type="info" header="This photo is being labelled">
          As soon as its bytes have arrived, PAM checks the file and looks at what it shows. Then its labels appear here by themselves.
        </Alert>
      )}
      {thumbnailUrl && !failed && (
        <img
          key={version}
          className={styles.picture}
          src={thumbnailUrl}
          alt={fileName}
          width={width ?? undefined}
          height={height ?? undefined}
          onError={onError}
          onLoad={onLoad}
        />
      )}
      {thumbnailUrl && failed && <Alert type="warning">The picture could not be loaded.</Alert>}
      {status === "LABELLED" && (
        <div className={styles.shows}>
          <Container header={<Header variant="h2">What it shows</Header>}>
            <PhotoLabels photo={details} minConfidence={minConfidence} />
          </Container>
        </div>
      )}
      <div className={styles.facts}>
        <Container header={<Header variant="h2">The file</Header>}>
          <KeyValuePairs columns={3} items={facts} />
        </Container>
        {status === "REJECTED" && (
          <Box padding={{ top: "s" }}>
            <RouterLink href="/photos?status=rejected">All photos that were refused</RouterLink>
          </Box>
        )}
      </div>
    </div>
  );
}

/** What a person can do about a photo that was refused, where the reason does not say so itself. */
const remedies: Partial<Record<RejectionCode, string>> = {
  NOT_AN_IMAGE: "Delete it here, or save the photo in one of these formats and upload that.",
  TYPE_MISMATCH: "Give the file the right ending and upload it again.",
  TOO_LARGE: "Make the picture smaller and upload it again.",
  TOO_SMALL: "Upload a larger version, if there is one.",
  UNSUPPORTED: "Save it as an ordinary JPEG or PNG and upload that.",
};
