import { useQuery } from "@apollo/client/react";
import { useEffect, useEffectEvent, useRef, type ReactNode, type RefObject } from "react";
import { useLocation, useNavigate } from "react-router";

import { RouterButton } from "../app/RouterButton";
import { notifyBrowser } from "../notifications/browserNotification";
import { markTitle } from "../notifications/documentTitle";
import { useFlashes } from "../notifications/FlashContext";

import { latestNotices, tell, type LatestNotice } from "./latestNotices";
import { openChannel, Tabs } from "./tabs";
import { useReading } from "./useReading";
import { useUnreadCount } from "./useUnreadCount";
import { useVisible } from "./useVisible";

/** How often to look, in milliseconds: the API has no subscription to notices. */
const interval = 5000;

/**
 * Tells of new notices on any page: a message at the top, the number of unread ones in the window's title, and the
 * browser's notification where that is allowed and nobody looks.
 */
export function NoticeWatcher(): ReactNode {
  const { data } = useQuery(latestNotices, { fetchPolicy: "network-only", nextFetchPolicy: "cache-and-network", pollInterval: interval });
  const seen = useRef<ReadonlySet<string>>(undefined);
  const flashes = useFlashes();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const visible = useVisible();
  const { read, readAll } = useReading();
  const unread = useUnreadCount();
  const tabsRef = useTabs();

  const announce = useEffectEvent(async (notice: LatestNotice) => {
    if (!(await (tabsRef.current?.claim(notice.id) ?? true))) {
      return;
    }
    const { text, type, href } = tell(notice);
    const close = () => {
      flashes.dismiss(notice.id);
      read(notice);
    };
    flashes.show({
      id: notice.id,
      type,
      header: text,
      onDismiss: close,
      action: (
        <RouterButton href={href} onClick={close}>
          Show
        </RouterButton>
      ),
    });
    notifyBrowser("PAM", text, notice.id, () => {
      close();
      void navigate(href);
    });
  });
  useEffect(() => {
    if (data === undefined) {
      return;
    }
    const before = seen.current;
    const { nodes } = data.notices;
    seen.current = new Set([...(before ?? []), ...nodes.map(({ id }) => id)]);
    if (before === undefined) {
      // Those that are there when the page opens are no news, and in a browser that is new to them not unread either.
      return;
    }
    for (const notice of nodes.filter(({ id }) => !before.has(id))) {
      void announce(notice);
    }
  }, [data]);
  useFirstReading(data?.notices.nodes, readAll);
  useEffect(() => {
    // Who looks at the archive's own page knows.
    const known = visible ? data?.notices.nodes.find(({ archive }) => archive && pathname === `/archives/${archive.id}`) : undefined;
    if (known !== undefined) {
      read(known);
    }
  }, [data, pathname, read, visible]);
  useEffect(() => {
    markTitle(unread === 0 ? "" : `(${unread}) `);
    return () => {
      markTitle("");
    };
  }, [unread]);
  return null;
}

/** Begins to remember what was read, in a browser that remembers nothing yet. */
function useFirstReading(nodes: readonly LatestNotice[] | undefined, readAll: (nodes: readonly LatestNotice[]) => void): void {
  const { reading } = useReading();
  useEffect(() => {
    if (nodes !== undefined && reading === undefined) {
      readAll(nodes);
    }
  }, [nodes, readAll, reading]);
}

/** The other tabs, as long as the component is mounted. */
function useTabs(): RefObject<Tabs | undefined> {
  const tabsRef = useRef<Tabs>(undefined);
  useEffect(() => {
    const opened = new Tabs(openChannel(), () => !document.hidden);
    tabsRef.current = opened;
    return () => {
      opened.close();
    };
  }, []);
  return tabsRef;
}
