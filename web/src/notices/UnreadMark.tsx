import Badge from "@cloudscape-design/components/badge";
import type { ReactNode } from "react";

import { useUnreadCount } from "./useUnreadCount";

/** Beside the link to the notices: how many are still to be read. */
export function UnreadMark(): ReactNode {
  const unread = useUnreadCount();
  return unread === 0 ? null : <Badge color="blue">{unread} new</Badge>;
}
