import { useCallback } from "react";
import { useNavigate } from "react-router";

/** The part of Cloudscape's follow events that is needed here. */
interface FollowEvent {
  readonly detail: { readonly href?: string | undefined; readonly external?: boolean | undefined };
  preventDefault(): void;
}

/**
 * Handles `onFollow` of Cloudscape's links, buttons and navigation: the router shows the page. Cloudscape does not raise
 * it for clicks with a modifier key, so opening in a new tab works as everywhere.
 */
export function useFollow(): (event: FollowEvent) => void {
  const navigate = useNavigate();
  return useCallback(
    (event) => {
      const { href, external } = event.detail;
      if (href?.startsWith("/") === true && external !== true) {
        event.preventDefault();
        void navigate(href);
      }
    },
    [navigate],
  );
}
