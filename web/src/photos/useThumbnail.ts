import { useApolloClient } from "@apollo/client/react";
import { useState } from "react";

import { graphql } from "../gql";

const query = graphql(`
  query Thumbnail($id: ID!) {
    photo(id: $id) {
      id
      thumbnailUrl
    }
  }
`);

/** How often a picture that fails is tried with a new link: the second failure in a row has another cause than time. */
const attempts = 1;

interface Thumbnail {
  /** Whether the picture cannot be shown. */
  readonly failed: boolean;
  /** A key for the picture: another after each new link, which may be the same as before within a second. */
  readonly version: number;
  readonly onError: () => void;
  readonly onLoad: () => void;
}

/**
 * Looks after a photo's small picture. Links are signed for some minutes only: when one fails, as it does once a page
 * has been open for a while, a new one is asked for. It goes into the cache, and from there to whatever shows the photo.
 * @param online a picture that failed is tried again when the network is back.
 */
export function useThumbnail(id: string, online: boolean): Thumbnail {
  const client = useApolloClient();
  const [tried, setTried] = useState(0);
  const [version, setVersion] = useState(0);
  const [wasOnline, setWasOnline] = useState(online);
  if (online !== wasOnline) {
    setWasOnline(online);
    setTried(0);
  }
  const renew = async () => {
    const { data } = await client.query({ query, variables: { id }, fetchPolicy: "no-cache" });
    const url = data?.photo?.thumbnailUrl;
    if (data?.photo && url) {
      // Written past the cache's own rule, which prefers an old link as long as it should work.
      client.cache.modify({ id: client.cache.identify(data.photo) ?? "", fields: { thumbnailUrl: () => url } });
      setVersion((before) => before + 1);
    } else {
      setTried(Infinity);
    }
  };
  return {
    failed: tried > attempts,
    version,
    onError: () => {
      setTried(tried + 1);
      if (tried < attempts && online) {
        renew().catch(() => {
          setTried(Infinity);
        });
      }
    },
    onLoad: () => {
      if (tried > 0) {
        setTried(0);
      }
    },
  };
}
