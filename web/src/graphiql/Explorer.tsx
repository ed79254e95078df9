import { GraphiQL } from "graphiql";
import { useState, type ReactNode } from "react";

import type { Example } from "./examples";
import type { ApiFetcher } from "./fetcher";
import { createTabStorage } from "./tabStorage";

interface ExplorerProps {
  fetcher: ApiFetcher;
  /** At least one. */
  examples: readonly [Example, ...Example[]];
}

/** GraphiQL, opened with the examples on a person's first visit and with that person's own tabs afterwards. */
export function Explorer({ fetcher, examples }: ExplorerProps): ReactNode {
  const [storage] = useState(() => createTabStorage(window.localStorage, asTab(examples[0])));
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={examples.map(asTab)}
      defaultEditorToolsVisibility="variables"
      storage={storage}
      // Headers can hold tokens, and GraphiQL would keep them in localStorage.
      shouldPersistHeaders={false}
    >
      {/* The page has its own title. */}
      <GraphiQL.Logo>{null}</GraphiQL.Logo>
    </GraphiQL>
  );
}

function asTab({ query, variables }: Example): { query: string; variables: string } {
  return { query, variables: JSON.stringify(variables, null, 2) };
}
