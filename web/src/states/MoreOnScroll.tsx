import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from "react";

import { ErrorState } from "./ErrorState";

interface MoreOnScrollProps {
  /** What the button says: `Show more labels`. */
  readonly label: string;
  /** What could not be done: `More labels could not be loaded`. */
  readonly failure: string;
  /** Fetches what follows; it rejects where that fails. */
  readonly onMore: () => Promise<unknown>;
}

/** How far below the window fetching begins, so that scrolling seldom meets the end. */
const ahead = "1200px";

/**
 * Stands at the end of a list that goes on, and fetches the next page when it comes near. The button is for whoever does
 * not scroll, and for browsers that do not tell.
 */
export function MoreOnScroll({ label, failure, onMore }: MoreOnScrollProps): ReactNode {
  const end = useRef<HTMLDivElement>(null);
  const busy = useRef(false);
  const [loading, setLoading] = useState(false);
  const [error, setError] = useState<unknown>();

  const more = () => {
    if (busy.current) {
      return;
    }
    busy.current = true;
    setLoading(true);
    setError(undefined);
    onMore()
      .catch((cause: unknown) => {
        setError(cause);
      })
      .finally(() => {
        busy.current = false;
        setLoading(false);
      });
  };
  const near = useEffectEvent(() => {
    // After a failure it waits to be told.
    if (error === undefined) {
      more();
    }
  });
  useEffect(() => {
    const element = end.current;
    if (loading || element === null || typeof IntersectionObserver === "undefined") {
      return;
    }
    // Observed anew after each page, because an end that stays in sight is told only once.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          near();
        }
      },
      { rootMargin: ahead },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [loading]);

  return (
    <div ref={end}>
      {error === undefined ? (
        <Box textAlign="center" padding="m">
          <Button onClick={more} loading={loading}>
            {label}
          </Button>
        </Box>
      ) : (
        <ErrorState title={failure} error={error} onRetry={more} />
      )}
    </div>
  );
}
