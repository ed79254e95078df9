import { readFileSync } from "node:fs";

import type { Plugin } from "vite";

/** A document in codegen's output: `export const LabelsDocument = {...} as unknown as DocumentNode<...>;`. */
const generatedDocument = /^export const (\w+) = (\{.*\}) as unknown as /gm;

/** A document in a source file. */
const writtenDocument = /\bgraphql\(`\s*(query|mutation|subscription|fragment) (\w+)[^`]*`\)/g;

/**
 * Puts each GraphQL document where it is written. Otherwise every screen would load all of them: codegen's `graphql()`
 * looks a document up, by its text, in a table of all that there are.
 * @param generated the path of codegen's graphql.ts.
 */
export function inlineDocuments(generated: string): Plugin {
  const documents = new Map<string, string>();
  return {
    name: "inline-documents",
    enforce: "pre",
    apply: "build",
    buildStart() {
      documents.clear();
      for (const [, name = "", json = ""] of readFileSync(generated, "utf8").matchAll(generatedDocument)) {
        documents.set(name, json);
      }
    },
    transform: {
      filter: { id: /\/src\/(?!gql\/).*\.tsx?$/, code: /\bgraphql\(`/ },
      handler(code, id) {
        const inlined = code.replaceAll(writtenDocument, (_, kind: string, name: string) => {
          const json = documents.get(name + (kind === "fragment" ? "FragmentDoc" : "Document"));
          if (json === undefined) {
            return this.error(`${id}: ${kind} ${name} is not among the generated documents: run npm run generate`);
          }
          return `(${json} as any)`;
        });
        return { code: inlined, map: null };
      },
    },
  };
}
