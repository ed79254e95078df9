import { GraphiQL } from "graphiql";
import type { ReactNode } from "react";

import type { Example } from "./examples";
import type { ApiFetcher } from "./fetcher";
import { createTabStorage } from "./tabStorage";

const tabStorage = createTabStorage(window.localStorage);

/** GraphiQL, opened with the examples on a person's first visit and with that person's own tabs afterwards. */
export function Explorer({ fetcher, examples }: { fetcher: ApiFetcher; examples: readonly Example[] }): ReactNode {
  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={examples.map(({ query, variables }) => ({ query, variables: JSON.stringify(variables, null, 2) }))}
      defaultEditorToolsVisibility="variables"
      storage={tabStorage}
      // Headers can hold tokens, and GraphiQL would keep them in localStorage.
      shouldPersistHeaders={false}
    >
      {/* The page has its own title. */}
      <GraphiQL.Logo>{null}</GraphiQL.Logo>
    </GraphiQL>
  );
}
