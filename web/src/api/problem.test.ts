import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { expect, test } from "vitest";

import { problemOf } from "./problem";

const answered = (extensions: Record<string, unknown>) =>
  new CombinedGraphQLErrors({ data: null, errors: [{ message: "first must be 1 to 100", extensions }] });

test.each([
  {
    name: "bad input",
    reason: "A form shows it beside its field.",
    error: answered({ code: "BAD_USER_INPUT", field: "first", requestId: "r-1" }),
    want: { code: "BAD_USER_INPUT", message: "First must be 1 to 100.", field: "first", requestId: "r-1", passing: false },
  },
  {
    name: "a fault of the server",
    reason: "It may pass, and its id leads to the log.",
    error: answered({ code: "INTERNAL", requestId: "r-2" }),
    want: { code: "INTERNAL", message: "First must be 1 to 100.", requestId: "r-2", passing: true },
  },
  {
    name: "a code of a later version",
    reason: "An open tab outlives an update of the server.",
    error: answered({ code: "NEW" }),
    want: { code: "INTERNAL", message: "First must be 1 to 100.", passing: true },
  },
  {
    name: "no answer",
    reason: "'Failed to fetch' says nothing to a person.",
    error: new TypeError("Failed to fetch"),
    want: { code: "NETWORK", message: "The server cannot be reached.", passing: true },
  },
  {
    name: "the answer of a proxy",
    reason: "The status is what an operator can look for.",
    error: new ServerError("bad gateway", {
      response: new Response("", { status: 502, headers: { "x-request-id": "r-3" } }),
      bodyText: "",
    }),
    want: { code: "NETWORK", message: "The server answered 502, and not as PAM does.", requestId: "r-3", passing: true },
  },
])("makes sense of $name", ({ error, want, reason }) => {
  expect(problemOf(error), reason).toEqual(want);
});
