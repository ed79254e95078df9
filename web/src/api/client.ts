import { ApolloClient, ApolloLink, HttpLink } from "@apollo/client";
import { RetryLink } from "@apollo/client/link/retry";
import { OperationTypeNode } from "graphql";

import { createCache } from "./cache";
import { sseLink } from "./sseLink";
import { tokenLink, type Tokens } from "./tokenLink";

/** Where the API answers, relative to the page's origin. */
const apiPath = "/graphql";

/** How often a query is sent when the network fails, and how long the first wait is at most, in milliseconds. */
const attempts = 3;
const firstWait = 400;

/** Makes the client of the API: one for each page. */
export function createApiClient(tokens: Tokens): ApolloClient {
  return new ApolloClient({
    cache: createCache(),
    link: ApolloLink.from([
      retryLink(),
      tokenLink(tokens),
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        sseLink(apiPath),
        new HttpLink({ uri: apiPath }),
      ),
    ]),
    defaultOptions: {
      // What is there shows at once, and is renewed.
      watchQuery: { fetchPolicy: "cache-and-network", nextFetchPolicy: "cache-first" },
    },
  });
}

/**
 * Sends queries again when no answer has come. Mutations are not: one may have been done, although its answer was lost.
 * While the browser is offline nothing is: the page says so, and asks again when it is back.
 */
function retryLink(): RetryLink {
  return new RetryLink({
    delay: { initial: firstWait, jitter: true },
    attempts: (count, operation, error) =>
      count < attempts && operation.operationType === OperationTypeNode.QUERY && error instanceof TypeError && navigator.onLine,
  });
}
