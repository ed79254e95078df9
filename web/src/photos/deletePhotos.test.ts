import { ApolloClient, ApolloLink, gql } from "@apollo/client";
import { of, throwError } from "rxjs";
import { expect, test } from "vitest";

import { createCache } from "../api/cache";
import { apiError } from "../test/problems";

import { deletePhotos } from "./deletePhotos";
import { photosQuery } from "./photoList";

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `p${from + i}`);

/** An API that deletes what it knows, and fails at the batch with the given number. */
function api({ unknown = [], failsAt }: { unknown?: readonly string[]; failsAt?: number } = {}) {
  const batches: string[][] = [];
  const link = new ApolloLink(({ variables }) => {
    const asked = variables.ids as string[];
    batches.push(asked);
    if (batches.length === failsAt) {
      return throwError(() => apiError("INTERNAL"));
    }
    const deletedIds = asked.filter((id) => !unknown.includes(id));
    return of({ data: { deletePhotos: { __typename: "DeletePhotosPayload", deletedIds, notFoundIds: asked.filter((id) => unknown.includes(id)) } } });
  });
  return { batches, client: new ApolloClient({ cache: createCache(), link }) };
}

test("deletes a hundred at a time, and tells how far it is", async () => {
  const { batches, client } = api();
  const progress: number[] = [];
  const result = await deletePhotos(client, ids(250), (done) => progress.push(done));
  expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
  expect(progress).toEqual([0, 100, 200]);
  expect(result).toMatchObject({ deleted: ids(250), notFound: [], left: [] });
});

test("says which were not there any more", async () => {
  const { client } = api({ unknown: ["p1"] });
  expect(await deletePhotos(client, ids(3), () => undefined)).toMatchObject({ deleted: ["p0", "p2"], notFound: ["p1"] });
});

test("says what is left after a failure, so that only that is tried again", async () => {
  const { client } = api({ failsAt: 2 });
  const result = await deletePhotos(client, ids(250), () => undefined);
  expect(result.deleted).toEqual(ids(100));
  expect(result.left).toEqual(ids(150, 100));
  expect(result.error).toBeDefined();
});

const me = gql`
  query {
    me {
      id
      photoCount
    }
  }
`;

function listed(photoIds: readonly string[], totalCount: number, hasNextPage: boolean) {
  const nodes = photoIds.map((id) => ({ __typename: "Photo", id, fileName: id, status: "LABELLED", thumbnailUrl: null, rejection: null }));
  return { photos: { __typename: "PhotoConnection", nodes, totalCount, pageInfo: { __typename: "PageInfo", hasNextPage, endCursor: null } } };
}

test("leaves the cache exactly as the API would answer now, or without what it cannot know", async () => {
  const { client } = api({ unknown: ["p2"] });
  const all = { match: null, status: null, orderBy: "UPLOADED_DESC" } as const;
  const dogs = { ...all, match: { any: ["Dog"] } };
  const cats = { ...all, match: { any: ["Cat"] } };
  const write = (variables: typeof all | typeof dogs, data: unknown) => client.writeQuery({ query: photosQuery, variables, data: data as never });
  write(all, listed(["p0", "p1", "p2", "p3"], 90, true));
  write(dogs, listed(["p0", "p3"], 2, false));
  write(cats, listed(["p3"], 40, true));
  client.writeQuery({ query: me, data: { me: { __typename: "Viewer", id: "dan", photoCount: 90 } } });

  await deletePhotos(client, ["p0", "p2"], () => undefined);
  const read = (variables: typeof all | typeof dogs) => client.readQuery({ query: photosQuery, variables })?.photos;
  expect(read(all)?.nodes.map(({ id }) => id)).toEqual(["p1", "p3"]);
  expect(read(all)?.totalCount, "both were counted in this list").toBe(88);
  expect(read(dogs), "the whole list is known").toMatchObject({ totalCount: 1, nodes: [{ id: "p3" }] });
  expect(read(cats), "they may have been further down").toBeUndefined();
  expect(client.readQuery({ query: me }), "the API counts").toBeNull();
});
