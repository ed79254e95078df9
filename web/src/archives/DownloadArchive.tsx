import { useApolloClient } from "@apollo/client/react";
import Button from "@cloudscape-design/components/button";
import { useState, type ReactNode } from "react";

import { problemOf } from "../api/problem";
import { graphql } from "../gql";
import { useFlashes } from "../notifications/FlashContext";

const query = graphql(`
  query ArchiveLink($id: ID!) {
    archive(id: $id) {
      id
      downloadUrl
    }
  }
`);

interface DownloadArchiveProps {
  readonly id: string;
  readonly name: string;
  /** `icon` where there is little room. */
  readonly look?: "primary" | "icon";
  /** Called when the archive turns out not to be there any more. */
  readonly onGone: () => void;
}

/**
 * Downloads an archive. Its link is signed at the click and good for minutes, so the page keeps none; the browser's own
 * download goes on when the page is left, and can be paused.
 */
export function DownloadArchive({ id, name, look = "primary", onGone }: DownloadArchiveProps): ReactNode {
  const client = useApolloClient();
  const flashes = useFlashes();
  const [loading, setLoading] = useState(false);
  const flash = `download-${id}`;
  const download = async () => {
    setLoading(true);
    try {
      const { data } = await client.query({ query, variables: { id }, fetchPolicy: "no-cache" });
      const url = data?.archive?.downloadUrl;
      if (typeof url === "string") {
        flashes.dismiss(flash);
        follow(url);
      } else {
        flashes.show({ id: flash, type: "warning", header: `“${name}” can no longer be downloaded` });
        onGone();
      }
    } catch (error) {
      const { message, requestId } = problemOf(error);
      const content = requestId === undefined ? message : `${message} Request ${requestId}`;
      flashes.show({ id: flash, type: "error", header: `“${name}” could not be downloaded`, content });
    } finally {
      setLoading(false);
    }
  };
  return look === "icon" ? (
    <Button variant="inline-icon" iconName="download" ariaLabel={`Download ${name}`} loading={loading} onClick={() => void download()} />
  ) : (
    <Button variant="primary" iconName="download" loading={loading} onClick={() => void download()}>
      Download
    </Button>
  );
}

/** Follows a link that the object store answers with a file to save, so that this page stays. */
function follow(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.rel = "noreferrer";
  link.click();
}
