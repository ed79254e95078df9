import type { Storage as GraphiQLStorage } from "@graphiql/toolkit";

/** Where GraphiQL 4 keeps its tabs, and the two members of the open tab that it keeps a second time. */
const tabsKey = "graphiql:tabState";
const copies: Readonly<Record<string, "query" | "variables">> = {
  "graphiql:query": "query",
  "graphiql:variables": "variables",
};

/**
 * Makes the storage for GraphiQL's tabs. On loading, GraphiQL looks for the tab that equals its copies of the last
 * query and variables, and opens another one when there is none; but it writes a copy only after a person has typed in
 * that editor, so each reload (and each sign-in is one) would leave one more tab. Here the copies are read from the tab
 * that was open.
 */
export function createTabStorage(store: Storage): GraphiQLStorage {
  return {
    get length() {
      return ownKeys(store).length;
    },
    getItem: (key) => {
      const member = copies[key];
      const tab = member && openTab(store.getItem(tabsKey));
      return tab ? (tab[member] ?? null) : store.getItem(key);
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

interface Tab {
  readonly query?: string | null;
  readonly variables?: string | null;
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
