import { useQuery } from "@apollo/client/react";
import { useEffect, useRef, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { RouterButton } from "../app/RouterButton";
import { graphql } from "../gql";
import type { LatestNoticesQuery } from "../gql/graphql";
import { notifyBrowser } from "../notifications/browserNotification";
import { markTitle } from "../notifications/documentTitle";
import { useFlashes } from "../notifications/FlashContext";

const query = graphql(`
  query LatestNotices {
    notices(first: 20) {
      nodes {
        id
        kind
        archive {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** How often to look, in milliseconds: the API has no subscription to notices. */
const interval = 5000;

/** Tells of new notices on any page: a message, the window's title, and the browser's notification where allowed. */
export function NoticeWatcher(): ReactNode {
  const { data } = useQuery(query, { fetchPolicy: "network-only", nextFetchPolicy: "cache-and-network", pollInterval: interval });
  const seen = useRef<Set<string>>(undefined);
  const fresh = useRef(0);
  const flashes = useFlashes();
  const navigate = useNavigate();
  useEffect(() => {
    if (data === undefined) {
      return;
    }
    const before = seen.current;
    seen.current = new Set([...(before ?? []), ...data.notices.nodes.map(({ id }) => id)]);
    // Those that are there when the page opens are no news.
    for (const notice of before === undefined ? [] : data.notices.nodes.filter(({ id }) => !before.has(id))) {
      const { text, type, href } = tell(notice);
      fresh.current += 1;
      flashes.show({ id: notice.id, type, header: text, action: <RouterButton href={href}>Show</RouterButton> });
      notifyBrowser("PAM", text, notice.id, () => void navigate(href));
      if (document.hidden) {
        markTitle(`(${fresh.current}) `);
      }
    }
  }, [data, flashes, navigate]);
  useEffect(() => {
    const shown = () => {
      if (!document.hidden) {
        fresh.current = 0;
        markTitle("");
      }
    };
    document.addEventListener("visibilitychange", shown);
    return () => {
      document.removeEventListener("visibilitychange", shown);
    };
  }, []);
  return null;
}

/** Puts a notice into words. */
function tell({ kind, archive }: LatestNoticesQuery["notices"]["nodes"][number]): { text: string; type: "success" | "error"; href: string } {
  const name = archive ? ` “${archive.name}”` : "";
  const href = archive ? `/archives/${archive.id}` : "/notices";
  return kind === "ARCHIVE_READY"
    ? { text: `Your archive${name} is ready`, type: "success", href }
    : { text: `Your archive${name} could not be built`, type: "error", href };
}
