import { useQuery } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useRef, type ReactNode } from "react";

import { problemOf } from "../api/problem";
import { formatBytes, formatCountOf } from "../format/format";
import { graphql } from "../gql";
import type { Selection } from "../photos/selection";

const query = graphql(`
  query SelectionPreview($match: LabelMatch!) {
    archivePreview(match: $match) {
      photoCount
      totalBytes
    }
  }
`);

interface SelectionPreviewProps {
  readonly selection: Selection;
  /** Changes when the counts of labels have. */
  readonly version: number;
}

/** How many photos a selection comes to, and how large they are. */
export function SelectionPreview({ selection, version }: SelectionPreviewProps): ReactNode {
  const { any, all, none, minConfidence } = selection;
  const { data, previousData, error, refetch } = useQuery(query, { variables: { match: { any, all, none, minConfidence } } });
  const shown = useRef(version);
  useEffect(() => {
    if (shown.current !== version) {
      shown.current = version;
      void refetch().catch(() => undefined); // the result says so
    }
  }, [refetch, version]);
  if (error !== undefined) {
    const { message, requestId } = problemOf(error);
    return (
      <div role="status">
        <StatusIndicator type="error">
          {message}
          {requestId !== undefined && ` (request ${requestId})`}
        </StatusIndicator>{" "}
        <Button variant="inline-link" onClick={() => void refetch()}>
          Try again
        </Button>
      </div>
    );
  }
  const preview = (data ?? previousData)?.archivePreview;
  return (
    <Box color={data === undefined ? "text-status-inactive" : "text-body-secondary"}>
      <span role="status">
        {preview === undefined ? "Counting the photos …" : `${formatCountOf(preview.photoCount, "photo")}, ${formatBytes(preview.totalBytes)}`}
      </span>
    </Box>
  );
}
