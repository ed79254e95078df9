import { useQuery } from "@apollo/client/react";

import { latestNotices } from "./latestNotices";
import { isUnread } from "./reading";
import { useReading } from "./useReading";

/** How many of the notices that are known here are still to be read; the watcher keeps them up to date. */
export function useUnreadCount(): number {
  const { data } = useQuery(latestNotices, { fetchPolicy: "cache-only", nextFetchPolicy: "cache-only" });
  const { reading } = useReading();
  return data?.notices.nodes.filter((notice) => isUnread(reading, notice)).length ?? 0;
}
