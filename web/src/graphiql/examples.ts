import type { Settings } from "../settings/settings";

import archivePreview from "./examples/archive-preview.graphql?raw";
import archive from "./examples/archive.graphql?raw";
import labels from "./examples/labels.graphql?raw";
import photos from "./examples/photos.graphql?raw";
import requestArchive from "./examples/request-archive.graphql?raw";
import uploadUrl from "./examples/upload-url.graphql?raw";
import watchLabels from "./examples/watch-labels.graphql?raw";

/** An operation to begin with, with variables that fit it. */
export interface Example {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The operations that a person finds on first opening GraphiQL, in the order of a first visit. */
export function examples(live: Settings["live"]): [Example, ...Example[]] {
  const all: [Example, ...Example[]] = [
    { query: labels, variables: { minConfidence: 55 } },
    {
      query: uploadUrl,
      variables: {
        // testdata/photos/dandelions.jpg
        input: { fileName: "dandelions.jpg", contentType: "image/jpeg", size: 83308, crc32: "eVdjfA==" },
      },
    },
    { query: photos, variables: { match: { any: ["Flower", "Dandelion"], minConfidence: 55 }, first: 10 } },
    { query: archivePreview, variables: { match: { any: ["Flower"], none: ["Person"], minConfidence: 55 } } },
    {
      query: requestArchive,
      variables: {
        input: {
          match: { any: ["Flower"], none: ["Person"], minConfidence: 55 },
          name: "Flowers",
          idempotencyKey: "flowers-1",
        },
      },
    },
    { query: archive, variables: { id: "the id from RequestArchive" } },
  ];
  if (live === "sse") {
    all.push({ query: watchLabels, variables: { minConfidence: 55 } });
  }
  return all;
}
