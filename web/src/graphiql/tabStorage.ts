import type { Storage as GraphiQLStorage } from "@graphiql/toolkit";

/** Where GraphiQL 4 keeps its tabs, and the two members of the open tab that it keeps a second time. */
const tabsKey = "graphiql:tabState";
const copies: Readonly<Record<string, "query" | "variables">> = {
  "graphiql:query": "query",
  "graphiql:variables": "variables",
};

/**
 * Makes the storage for GraphiQL's tabs. On loading, GraphiQL fills its editors from its copies of the last query and
 * variables, looks for the tab that equals them, and opens another one when there is none. But it writes a copy only
 * after a person has typed in that editor: each reload (and each sign-in is one) would leave one more tab, and a first
 * visit would find no variables. Here the copies are read from the tab that was open.
 * @param first the tab that a first visit opens with.
 */
export function createTabStorage(store: Storage, first: Tab): GraphiQLStorage {
  return {
    get length() {
      return ownKeys(store).length;
    },
    getItem: (key) => {
      const member = copies[key];
      return member ? (openTab(store.getItem(tabsKey)) ?? first)[member] : store.getItem(key);
    },
    setItem: (key, value) => {
      store.setItem(key, value);
    },
    removeItem: (key) => {
      store.removeItem(key);
    },
    clear: () => {
      for (const key of ownKeys(store)) {
        store.removeItem(key);
      }
    },
  };
}

/** GraphiQL's keys: the other pages of this origin keep things in the same store. */
function ownKeys(store: Storage): string[] {
  return Object.keys(store).filter((key) => key.startsWith("graphiql:"));
}

/** The part of a tab of GraphiQL's that its copies are of. */
export interface Tab {
  readonly query: string | null;
  readonly variables: string | null;
}

function openTab(stored: string | null): Tab | undefined {
  if (stored === null) {
    return undefined;
  }
  try {
    const state = JSON.parse(stored) as { activeTabIndex: number; tabs: Tab[] };
    return state.tabs[state.activeTabIndex];
  } catch {
    // GraphiQL begins anew then, too.
    return undefined;
  }
}
