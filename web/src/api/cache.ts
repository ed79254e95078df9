import { InMemoryCache } from "@apollo/client";

import { connection } from "./connections";
import { keepFresh } from "./signedLinks";

/**
 * The cache of the API's answers. Label, Photo, Archive and Notice are kept by id: what a subscription or a mutation
 * brings shows on every page. A Label's id holds its threshold, so counts at different thresholds stay apart.
 */
export function createCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          labels: connection({ keyArgs: ["search", "minConfidence", "orderBy"], fixed: false }),
          photos: connection({ keyArgs: ["match", "status", "orderBy"], fixed: true }),
          archives: connection({ keyArgs: false, fixed: true }),
          notices: connection({ keyArgs: false, fixed: true }),
        },
      },
      Label: { fields: { photos: connection({ keyArgs: false, fixed: true }) } },
      Photo: {
        fields: {
          thumbnailUrl: { merge: (existing: string | null | undefined, incoming: string | null) => keepFresh(existing, incoming) },
        },
      },
      // Parts of what they stand in, with no identity of their own.
      PhotoLabel: { keyFields: false },
      PageInfo: { keyFields: false },
    },
  });
}
