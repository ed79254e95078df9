import type { FetcherOpts, FetcherParams } from "@graphiql/toolkit";
import {
  getOperationAST,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type OperationDefinitionNode,
} from "graphql";
import type { RequestParams } from "graphql-sse";

import { isJson, subscribe } from "../api/subscriptions";

/** GraphiQL's `Fetcher`, narrowed to what this one returns. */
export type ApiFetcher = (
  params: FetcherParams,
  opts?: FetcherOpts,
) => Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;

/**
 * Makes the function by which GraphiQL talks to the API: queries and mutations by GraphQL over HTTP, subscriptions over
 * server-sent events, both with the access token where there is one. Headers from GraphiQL's own editor win.
 *
 * An answer in JSON is handed on whatever its HTTP status: it says what is wrong better than the status does.
 */
export function createFetcher(url: string, accessToken: () => Promise<string | undefined>): ApiFetcher {
  const headers = async (opts: FetcherOpts | undefined): Promise<Record<string, string>> => {
    const sent = new Headers(opts?.headers);
    if (!sent.has("authorization")) {
      const token = await accessToken();
      if (token !== undefined) {
        sent.set("authorization", `Bearer ${token}`);
      }
    }
    return Object.fromEntries(sent);
  };

  return async (params, opts) => {
    const operation = findOperation(params);
    const request = operation?.name ? { ...params, operationName: operation.name.value } : params;
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      return subscribe(url, request as RequestParams, () => headers(opts));
    }
    return await post(url, request, await headers(opts));
  };
}

/**
 * The operation that is to run, if the query says so; where it does not, the server says what is wrong. GraphiQL passes
 * the document and the operation's name along, but both lag behind the editor by a tenth of a second: what is run
 * right after a change of tab would be taken for the other tab's operation.
 */
function findOperation({ query, operationName }: FetcherParams): OperationDefinitionNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch {
    return undefined;
  }
  return getOperationAST(document, operationName) ?? getOperationAST(document) ?? undefined;
}

async function post(url: string, params: FetcherParams, headers: Record<string, string>): Promise<ExecutionResult> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      // The two media types of GraphQL over HTTP, the newer one first.
      accept: "application/graphql-response+json, application/json",
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(params),
  });
  if (!isJson(response.headers.get("content-type"))) {
    throw new Error(`The server answered ${response.status} ${response.statusText}, and not in JSON.`);
  }
  return (await response.json()) as ExecutionResult;
}
