import { useSyncExternalStore } from "react";

/** Whether the browser has a network at all. True says little; false means that nothing can be reached. */
export function useOnline(): boolean {
  return useSyncExternalStore(follow, () => navigator.onLine);
}

/** Calls the listener whenever the network comes or goes, until the returned function is called. */
export function follow(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
