import { useEffect } from "react";

/** How often to ask after photos that are being labelled, in milliseconds. */
const interval = 3000;

/** Asks again for what a query shows, as long as something there is about to change. */
export function usePolling(wanted: boolean, start: (interval: number) => void, stop: () => void): void {
  useEffect(() => {
    if (!wanted) {
      return;
    }
    start(interval);
    return stop;
  }, [wanted, start, stop]);
}
