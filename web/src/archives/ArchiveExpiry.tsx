import Box from "@cloudscape-design/components/box";
import { useEffect, useEffectEvent, type ReactNode } from "react";

import { formatMoment } from "../format/format";

import { formatDuration } from "./progress";
import { useNow } from "./useNow";

interface ArchiveExpiryProps {
  readonly expiresAt: string;
  /** Called when the time is over by this computer's clock, and again until the page shows that it is. */
  readonly onOver: () => void;
}

/** How often to ask again where the server's clock is behind this computer's, in milliseconds. */
const askAgain = 30_000;

/** How long an archive can still be downloaded, counted down. */
export function ArchiveExpiry({ expiresAt, onOver }: ArchiveExpiryProps): ReactNode {
  const left = new Date(expiresAt).getTime() - useNow();
  const over = left <= 0;
  const ask = useEffectEvent(onOver);
  useEffect(() => {
    if (!over) {
      return;
    }
    ask();
    const timer = setInterval(() => {
      ask();
    }, askAgain);
    return () => {
      clearInterval(timer);
    };
  }, [over]);
  return (
    <>
      {formatMoment(expiresAt)}
      {!over && (
        <Box variant="small" display="block">
          {formatDuration(left)} left
        </Box>
      )}
    </>
  );
}
