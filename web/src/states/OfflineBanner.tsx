import Alert from "@cloudscape-design/components/alert";
import { useApolloClient } from "@apollo/client/react";
import { useEffect, useRef, type ReactNode } from "react";

import { useOnline } from "../api/online";

/** Says that the browser has no network; when it is back, asks again for what the page shows. */
export function OfflineBanner(): ReactNode {
  const online = useOnline();
  const client = useApolloClient();
  const wasOffline = useRef(false);
  useEffect(() => {
    if (!online) {
      wasOffline.current = true;
    } else if (wasOffline.current) {
      wasOffline.current = false;
      // What fails again shows its own error.
      void client.refetchQueries({ include: "active" }).catch(() => undefined);
    }
  }, [client, online]);
  if (online) {
    return null;
  }
  return (
    <Alert type="warning" header="You are offline">
      What you see may be out of date. PAM goes on by itself when the network is back.
    </Alert>
  );
}
