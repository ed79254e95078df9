import { ApolloLink } from "@apollo/client";
import { print, type FormattedExecutionResult } from "graphql";
import { Observable } from "rxjs";

import { subscribe } from "./subscriptions";

/** Runs subscriptions over server-sent events, once each: whoever listens asks again (see useLive). */
export function sseLink(url: string): ApolloLink {
  return new ApolloLink((operation) => {
    const { headers } = operation.getContext() as { headers?: Record<string, string> };
    return new Observable<FormattedExecutionResult>((observer) => {
      const results = subscribe(
        url,
        {
          query: print(operation.query),
          variables: operation.variables,
          ...(operation.operationName === undefined ? {} : { operationName: operation.operationName }),
        },
        () => Promise.resolve(headers ?? {}),
        0,
      );
      void (async () => {
        try {
          for await (const result of results) {
            observer.next(result as FormattedExecutionResult);
          }
          observer.complete();
        } catch (error) {
          observer.error(error);
        }
      })();
      return () => void results.return?.();
    });
  });
}
