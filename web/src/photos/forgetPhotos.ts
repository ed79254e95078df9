import type { ApolloCache, Reference } from "@apollo/client";

/** A list of photos as the cache holds it. */
interface Kept {
  readonly nodes?: readonly Reference[];
  readonly pageInfo?: { readonly hasNextPage?: boolean };
  readonly totalCount?: number;
}

/**
 * Takes photos that are gone out of the cache. Lists that show them lose them and count that many fewer; what cannot be
 * known without asking (the counts of labels, what a selection comes to, lists that may hold them further down) is
 * forgotten, and asked for when it is shown next.
 */
export function forgetPhotos(cache: ApolloCache, ids: readonly string[]): void {
  const gone = new Set(ids.map((id) => cache.identify({ __typename: "Photo", id })));
  if (gone.size === 0) {
    return;
  }
  cache.batch({
    update: () => {
      cache.modify<Record<string, Kept>>({
        fields: {
          photos: (list: Kept | Reference, { DELETE }) => listWithout(list as Kept, gone) ?? DELETE,
          // A list of labels loses those that no photo carries any more, and the API alone knows which.
          labels: (_, { DELETE }) => DELETE,
          label: (_, { DELETE }) => DELETE,
          archivePreview: (_, { DELETE }) => DELETE,
          photo: (kept: Kept | Reference, { DELETE }) => (gone.has((kept as Reference).__ref) ? DELETE : kept),
          me: (_, { DELETE }) => DELETE,
        },
      });
      for (const id of gone) {
        if (id !== undefined) {
          cache.evict({ id });
        }
      }
      cache.gc();
    },
  });
}

/** A list without photos that are gone; undefined where it may hold some of them further down, and nobody knows how many. */
function listWithout(list: Kept, gone: ReadonlySet<string | undefined>): Kept | undefined {
  const { nodes, totalCount, pageInfo } = list;
  if (nodes === undefined) {
    return undefined;
  }
  const left = nodes.filter(({ __ref }) => !gone.has(__ref));
  const removed = nodes.length - left.length;
  if (removed < gone.size && pageInfo?.hasNextPage !== false) {
    return undefined;
  }
  return { ...list, nodes: left, ...(totalCount === undefined ? {} : { totalCount: totalCount - removed }) };
}
