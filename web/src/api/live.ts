import type { OperationVariables } from "@apollo/client";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { useApolloClient } from "@apollo/client/react";
import { useEffect, useEffectEvent, useMemo } from "react";

import { useSettings } from "../settings/SettingsContext";

import { followChanges, type Changes } from "./changes";

interface LiveOptions<Data, Variables extends OperationVariables> {
  /** What to follow where the deployment streams. Its values go into the cache by themselves. */
  readonly subscription: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  /** Fetches what the subscription would bring, where the deployment does not stream; such as a query's `refetch`. */
  readonly poll: () => Promise<unknown>;
  /** How often to poll, in milliseconds. */
  readonly interval?: number;
  /** Follow nothing now: there is nothing that could change. */
  readonly skip?: boolean;
  /** Called with each value of the subscription. */
  readonly onData?: (data: Data) => void;
}

/** How often to poll where nothing else is said, in milliseconds. */
const defaultInterval = 3000;

/**
 * Keeps what a page shows up to date as long as it is mounted: by a subscription or by polling, as the deployment's
 * settings say. A stream that ends or breaks off is asked for again, and what it may have missed is polled. Where the
 * end is final (an archive that is READY), set `skip`.
 */
export function useLive<Data, Variables extends OperationVariables>(options: LiveOptions<Data, Variables>): void {
  const { subscription, skip = false, interval = defaultInterval } = options;
  const { live } = useSettings();
  const client = useApolloClient();
  const key = JSON.stringify(options.variables);
  // The object changes at each render; its content seldom does.
  const variables = useMemo(() => JSON.parse(key) as Variables, [key]);
  const onData = useEffectEvent((data: Data) => options.onData?.(data));
  const poll = useEffectEvent(() => options.poll());

  useEffect(() => {
    if (skip) {
      return;
    }
    const changes: Changes<Data> = {
      stream: live === "sse" ? () => client.subscribe<Data>({ query: subscription, variables }) : undefined,
      onData: (data) => {
        onData(data);
      },
      poll: () => poll(),
      interval,
    };
    return followChanges(changes);
  }, [client, interval, live, skip, subscription, variables]);
}
