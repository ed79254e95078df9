import { ApolloLink } from "@apollo/client";
import { defer, from, mergeMap, of, type Observable } from "rxjs";

import { isUnauthenticated } from "./problem";

/** Where requests get their access tokens. */
export interface Tokens {
  /** A good token. It waits where the session has ended, until the person has signed in again. */
  token(): Promise<string>;
  /** Another token in place of one that the server refused; undefined when there is none to be had. */
  replaceToken(refused: string): Promise<string | undefined>;
}

/**
 * Sends each request with a fresh token. The server refuses a bad one before it does anything, so a request that was
 * refused goes out a second time, with a new token; the page notices nothing.
 */
export function tokenLink(tokens: Tokens): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const send = (token: string): Observable<ApolloLink.Result> => {
      operation.setContext(({ headers }) => ({
        headers: { ...(headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
      }));
      return forward(operation);
    };
    return defer(() => from(tokens.token())).pipe(
      mergeMap((token) =>
        send(token).pipe(
          mergeMap((result) =>
            isUnauthenticated(result.errors)
              ? from(replacement(tokens, token)).pipe(mergeMap(send))
              : of(result),
          ),
        ),
      ),
    );
  });
}

async function replacement(tokens: Tokens, refused: string): Promise<string> {
  return (await tokens.replaceToken(refused)) ?? (await tokens.token());
}
