import { useEffect, useState, useSyncExternalStore } from "react";

import { CountWatch, type Changes, type Counted } from "./countWatch";

/** Which counts of a list have changed a moment ago; `list` tells one list from another. */
export function useCountChanges(list: string, labels: readonly Counted[] | undefined): Changes {
  const [watch] = useState(() => new CountWatch());
  useEffect(() => {
    if (labels !== undefined) {
      watch.observe(list, labels);
    }
  }, [list, labels, watch]);
  useEffect(
    () => () => {
      watch.stop();
    },
    [watch],
  );
  return useSyncExternalStore(watch.subscribe, watch.changes);
}
