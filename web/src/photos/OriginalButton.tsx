import { useApolloClient } from "@apollo/client/react";
import Button from "@cloudscape-design/components/button";
import { useState, type ReactNode } from "react";

import { problemOf } from "../api/problem";
import { graphql } from "../gql";
import { useFlashes } from "../notifications/FlashContext";

const query = graphql(`
  query Original($id: ID!) {
    photo(id: $id) {
      id
      url
    }
  }
`);

/** Opens a photo's original in a new tab. Its link is signed when it is asked for, since it works for some minutes only. */
export function OriginalButton({ id }: { id: string }): ReactNode {
  const client = useApolloClient();
  const flashes = useFlashes();
  const [loading, setLoading] = useState(false);
  const open = async () => {
    // At once, because browsers let a click open a tab, and not what comes later.
    const tab = window.open("", "_blank");
    setLoading(true);
    try {
      const { data } = await client.query({ query, variables: { id }, fetchPolicy: "no-cache" });
      const url = data?.photo?.url;
      if (!url) {
        throw new Error("This photo has no original to show yet.");
      }
      if (tab === null) {
        flashes.show({ id: "original", type: "info", content: "Your browser keeps new tabs closed.", action: <Button href={url} target="_blank">Open the original</Button> });
      } else {
        tab.opener = null;
        tab.location.replace(url);
      }
    } catch (error) {
      tab?.close();
      const { message, requestId } = problemOf(error);
      const request = requestId === undefined ? "" : ` Request ${requestId}.`;
      flashes.show({ id: "original", type: "error", header: "The original could not be opened", content: message + request });
    } finally {
      setLoading(false);
    }
  };
  return (
    <Button iconName="external" iconAlign="right" loading={loading} ariaLabel="Open the original in a new tab" onClick={() => void open()}>
      Original
    </Button>
  );
}
