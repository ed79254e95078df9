import { skipToken, useQuery } from "@apollo/client/react";
import { useEffect, useState } from "react";

import { isAskable, photosQuery, variablesOf, type PhotoList } from "./photoList";

/** What lies before and behind a photo in its list. */
export interface Neighbours {
  readonly previous: string | undefined;
  readonly next: string | undefined;
  /** Where the photo is, from 1 on, and how long the list is; undefined until the photo was found there. */
  readonly place: { readonly index: number; readonly total: number } | undefined;
}

/** How many pages of a list are searched for a photo whose address was opened by itself. */
const searchedPages = 10;
/** The next page is fetched when so few photos are left ahead. */
const ahead = 10;

/** Finds a photo's neighbours in the list that its address names; most often the cache has it already. */
export function useNeighbours(id: string, list: PhotoList): Neighbours {
  const { data, fetchMore } = useQuery(photosQuery, isAskable(list) ? { variables: variablesOf(list), fetchPolicy: "cache-first" } : skipToken);
  const [pages, setPages] = useState(0);
  const nodes = data?.photos.nodes ?? [];
  const index = nodes.findIndex((photo) => photo.id === id);
  const end = data?.photos.pageInfo.hasNextPage === true ? data.photos.pageInfo.endCursor : null;
  const wanted = index < 0 ? pages < searchedPages : index >= nodes.length - ahead;
  useEffect(() => {
    if (end == null || !wanted) {
      return;
    }
    fetchMore({ variables: { after: end } }).then(
      () => {
        setPages((before) => before + 1);
      },
      // Going on is a convenience: the photo itself is there.
      () => undefined,
    );
  }, [end, fetchMore, wanted]);
  if (index < 0) {
    return { previous: undefined, next: undefined, place: undefined };
  }
  return {
    previous: nodes[index - 1]?.id,
    next: nodes[index + 1]?.id,
    place: { index: index + 1, total: data?.photos.totalCount ?? nodes.length },
  };
}
