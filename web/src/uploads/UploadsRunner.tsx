import { useApolloClient } from "@apollo/client/react";
import { lazy, Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";

import { follow } from "../api/online";
import { problemOf } from "../api/problem";
import { useSession } from "../signin/SessionContext";

import { Digester } from "./digester";
import { put } from "./put";
import { beginUploads, discardUploads } from "./requests";
import { UploadIndicator } from "./UploadIndicator";
import { Uploader } from "./uploader";
import type { Uploads } from "./UploadsContext";

const LeaveQuestion = lazy(async () => ({ default: (await import("./LeaveQuestion")).LeaveQuestion }));

/**
 * Runs an uploader as long as it is mounted: it waits while there is no network or nobody is signed in, and the browser
 * or the page asks whoever leaves in the middle.
 * @param onReady gets the uploads when their code is there.
 */
export function UploadsRunner({ onReady }: { onReady: (uploads: Uploads) => void }): ReactNode {
  const client = useApolloClient();
  const session = useSession();
  const [digester] = useState(() => new Digester());
  const [uploader] = useState(
    () =>
      new Uploader({
        digest: digester.digest,
        begin: (batch) => beginUploads(client, batch),
        discard: (ids) => discardUploads(client, ids),
        put,
        problemOf,
        now: Date.now,
      }),
  );
  const [going, setGoing] = useState<() => void>();
  const running = useSyncExternalStore(uploader.subscribe, () => uploader.summary().unfinished > 0);

  useEffect(() => {
    uploader.release("stopped");
    const leave = (go: () => void) => {
      if (uploader.summary().unfinished > 0) {
        setGoing(() => go);
      } else {
        go();
      }
    };
    onReady({ uploader, Indicator: UploadIndicator, leave });
    return () => {
      uploader.hold("stopped");
      digester.stop();
    };
  }, [digester, onReady, uploader]);

  useEffect(() => {
    const heed = (reason: "offline" | "signedOut", holds: boolean) => {
      if (holds !== uploader.summary().holds.has(reason)) {
        if (holds) {
          uploader.hold(reason);
        } else {
          uploader.release(reason);
        }
      }
    };
    const network = () => {
      heed("offline", !navigator.onLine);
    };
    const signIn = () => {
      heed("signedOut", session.state().status !== "signedIn");
    };
    network();
    signIn();
    const stops = [follow(network), session.subscribe(signIn)];
    return () => {
      for (const stop of stops) {
        stop();
      }
    };
  }, [session, uploader]);

  useEffect(() => {
    if (!running) {
      return;
    }
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("beforeunload", ask);
    };
  }, [running]);

  if (going === undefined) {
    return null;
  }
  return (
    <Suspense>
      <LeaveQuestion
        unfinished={uploader.summary().unfinished}
        onStay={() => {
          setGoing(undefined);
        }}
        onLeave={() => {
          setGoing(undefined);
          void Promise.race([uploader.cancel(), patience()]).then(going);
        }}
      />
    </Suspense>
  );
}

/** How long leaving waits for the API to hear of it, in milliseconds. */
const longestWait = 2000;

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, longestWait));
}
