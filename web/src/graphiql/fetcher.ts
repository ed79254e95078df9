import type { FetcherOpts, FetcherParams } from "@graphiql/toolkit";
import { getOperationAST, OperationTypeNode, type ExecutionResult } from "graphql";
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
    if (isSubscription(params, opts)) {
      return subscribe(url, params as RequestParams, () => headers(opts));
    }
    return await post(url, params, await headers(opts));
  };
}

function isSubscription({ operationName }: FetcherParams, opts: FetcherOpts | undefined): boolean {
  return opts?.documentAST !== undefined && getOperationAST(opts.documentAST, operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
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
