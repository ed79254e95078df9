import type { ApolloClient } from "@apollo/client";

import { graphql } from "../gql";

import { forgetPhotos } from "./forgetPhotos";

const mutation = graphql(`
  mutation DeletePhotos($ids: [ID!]!) {
    deletePhotos(ids: $ids) {
      deletedIds
      notFoundIds
    }
  }
`);

/** How many photos the API deletes at once. */
const batch = 100;

/** What came of deleting. */
export interface Deletion {
  readonly deleted: readonly string[];
  /** Were not there any more. */
  readonly notFound: readonly string[];
  /** What is still there, because of the error. */
  readonly left: readonly string[];
  readonly error?: unknown;
}

/**
 * Deletes photos, a hundred at a time, and takes them out of the cache as they go. It never rejects: after a failure it
 * says what is left.
 * @param onProgress is called with the number of photos that are done.
 */
export async function deletePhotos(client: ApolloClient, ids: readonly string[], onProgress: (done: number) => void): Promise<Deletion> {
  const deleted: string[] = [];
  const notFound: string[] = [];
  for (let done = 0; done < ids.length; done += batch) {
    onProgress(done);
    try {
      const { data } = await client.mutate({ mutation, variables: { ids: ids.slice(done, done + batch) } });
      const { deletedIds, notFoundIds } = data?.deletePhotos ?? { deletedIds: [], notFoundIds: [] };
      deleted.push(...deletedIds);
      notFound.push(...notFoundIds);
      forgetPhotos(client.cache, [...deletedIds, ...notFoundIds]);
    } catch (error) {
      return { deleted, notFound, left: ids.slice(done), error };
    }
  }
  return { deleted, notFound, left: [] };
}
