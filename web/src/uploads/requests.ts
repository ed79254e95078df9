import type { ApolloClient } from "@apollo/client";

import { graphql } from "../gql";
import type { BeginUploadsMutation } from "../gql/graphql";

import { usableUntil } from "./urlLife";
import type { Entry, Outcome } from "./upload";

const begin = graphql(`
  mutation BeginUploads($inputs: [UploadUrlInput!]!) {
    uploadUrls(inputs: $inputs) {
      uploadUrl {
        photo {
          id
        }
        duplicateOf {
          id
          fileName
        }
        url
        method
        headers {
          name
          value
        }
      }
      error {
        code
        message
      }
    }
  }
`);

const discard = graphql(`
  mutation DiscardUploads($ids: [ID!]!) {
    deletePhotos(ids: $ids) {
      deletedIds
    }
  }
`);

/** Asks for the URLs of a batch. It waits where the session has ended; it rejects where the API does not answer. */
export async function beginUploads(client: ApolloClient, batch: readonly Entry[]): Promise<Outcome[]> {
  const { data } = await client.mutate({
    mutation: begin,
    variables: { inputs: batch.map(inputOf) },
    // Hundreds of photos that nobody looks at yet have no place in the cache.
    fetchPolicy: "no-cache",
  });
  const now = Date.now();
  return (data?.uploadUrls ?? []).map((result) => outcomeOf(result, now));
}

/** How many photos may be deleted at once. */
const mostAtOnce = 100;

/** Deletes photos whose bytes will not come. */
export async function discardUploads(client: ApolloClient, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += mostAtOnce) {
    await client.mutate({ mutation: discard, variables: { ids: ids.slice(from, from + mostAtOnce) }, fetchPolicy: "no-cache" });
  }
}

function inputOf({ path, size, digest }: Entry) {
  if (digest?.type === undefined) {
    throw new Error(`${path} has not been read`);
  }
  return { fileName: path.slice(path.lastIndexOf("/") + 1), contentType: digest.type, size, crc32: digest.crc32, sha256: digest.sha256 };
}

/** Puts the API's answer to one file into the queue's words. */
export function outcomeOf({ uploadUrl, error }: BeginUploadsMutation["uploadUrls"][number], now: number): Outcome {
  if (error) {
    const reason = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
    return { kind: error.code === "BAD_USER_INPUT" ? "refused" : "failed", reason };
  }
  if (uploadUrl?.duplicateOf) {
    return { kind: "duplicate", photoId: uploadUrl.duplicateOf.id, fileName: uploadUrl.duplicateOf.fileName };
  }
  if (!uploadUrl?.url || !uploadUrl.method) {
    return { kind: "failed", reason: "The server gave no address to send the file to." };
  }
  const { photo, url, method, headers } = uploadUrl;
  return { kind: "granted", grant: { photoId: photo.id, url, method, headers, until: usableUntil(url, now) } };
}
