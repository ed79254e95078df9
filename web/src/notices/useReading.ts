import { useCallback, useMemo, useSyncExternalStore } from "react";

import { usePersonId } from "../signin/SessionContext";

import { readings, withAllRead, withRead, type Reading } from "./reading";

type Notice = Parameters<typeof withRead>[1];

/** What the person has read, and ways to say that more is; both functions stay the same. */
export function useReading(): {
  reading: Reading | undefined;
  read: (notice: Notice) => void;
  readAll: (notices: readonly Notice[]) => void;
} {
  const owner = usePersonId();
  const reading = useSyncExternalStore(readings.subscribe, () => readings.read(owner));
  const put = useCallback(
    (next: Reading | undefined, before: Reading | undefined) => {
      if (next !== undefined && next !== before) {
        readings.write(owner, next);
      }
    },
    [owner],
  );
  // Both take what is kept at the moment of the call: another tab may have written meanwhile.
  const read = useCallback(
    (notice: Notice) => {
      const before = readings.read(owner);
      put(withRead(before, notice), before);
    },
    [owner, put],
  );
  const readAll = useCallback(
    (notices: readonly Notice[]) => {
      const before = readings.read(owner);
      put(withAllRead(before, notices), before);
    },
    [owner, put],
  );
  return useMemo(() => ({ reading, read, readAll }), [reading, read, readAll]);
}
