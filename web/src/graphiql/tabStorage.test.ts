// @vitest-environment jsdom
import { beforeEach, expect, test } from "vitest";

import { createTabStorage } from "./tabStorage";

const first = { query: "{ first }", variables: '{"first":1}' };
const tabs = JSON.stringify({
  activeTabIndex: 1,
  tabs: [
    { query: "{ a }", variables: null },
    { query: "{ b }", variables: '{"x":1}' },
  ],
});

beforeEach(() => {
  localStorage.clear();
});

test.each([
  {
    name: "the open tab's query",
    reason: "GraphiQL would open another tab for any other.",
    stored: { "graphiql:tabState": tabs, "graphiql:query": "{ stale }" },
    key: "graphiql:query",
    want: "{ b }",
  },
  {
    name: "the open tab's variables",
    reason: "GraphiQL never wrote them: nobody typed there.",
    stored: { "graphiql:tabState": tabs },
    key: "graphiql:variables",
    want: '{"x":1}',
  },
  {
    name: "the first example's variables on a first visit",
    reason: "GraphiQL takes the variables of none of its default tabs.",
    stored: {},
    key: "graphiql:variables",
    want: '{"first":1}',
  },
  {
    name: "the first example where the tabs cannot be read",
    reason: "GraphiQL begins anew then, and a damaged entry must not keep the page from opening.",
    stored: { "graphiql:tabState": "{", "graphiql:query": "{ stale }" },
    key: "graphiql:query",
    want: "{ first }",
  },
  {
    name: "everything else as it is",
    reason: "Theme and layout are GraphiQL's own business.",
    stored: { "graphiql:tabState": tabs, "graphiql:theme": "dark" },
    key: "graphiql:theme",
    want: "dark",
  },
])("gives $name", ({ stored, key, want, reason }) => {
  for (const [name, value] of Object.entries(stored)) {
    localStorage.setItem(name, value);
  }
  expect(createTabStorage(localStorage, first).getItem(key), reason).toBe(want);
});

test("clears what is GraphiQL's, because the site keeps its own things in the same store", () => {
  localStorage.setItem("graphiql:theme", "dark");
  localStorage.setItem("site:layout", "grid");
  const storage = createTabStorage(localStorage, first);
  expect(storage.length).toBe(1);
  storage.clear();
  expect(Object.keys(localStorage)).toEqual(["site:layout"]);
});
