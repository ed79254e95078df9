import { CombinedGraphQLErrors } from "@apollo/client/errors";

import type { ProblemCode } from "../api/problem";

/** An error as the API gives it. */
export function apiError(code: Exclude<ProblemCode, "NETWORK">, message = "it did not work", requestId = "01REQUEST"): CombinedGraphQLErrors {
  return new CombinedGraphQLErrors({ data: null, errors: [{ message, extensions: { code, requestId } }] });
}
