import { useCallback, useState } from "react";

/** Whether this browser may show notifications: `default` means that the person has not been asked. */
export type Permission = NotificationPermission | "unsupported";

function permissionNow(): Permission {
  return "Notification" in window ? Notification.permission : "unsupported";
}

/** The browser's permission for notifications, and a way to ask for it; call `ask` from a click. */
export function useNotificationPermission(): { permission: Permission; ask: () => Promise<void> } {
  const [permission, setPermission] = useState(permissionNow);
  const ask = useCallback(async () => {
    setPermission("Notification" in window ? await Notification.requestPermission() : "unsupported");
  }, []);
  return { permission, ask };
}

/**
 * Shows a notification of the browser's, where the person has allowed it and does not look at the page.
 * @param tag one notification of the same tag replaces another, so that several open tabs show it once.
 */
export function notifyBrowser(title: string, body: string, tag: string, onClick: () => void): void {
  if (permissionNow() !== "granted" || document.visibilityState === "visible") {
    return;
  }
  try {
    const shown = new Notification(title, { body, tag });
    shown.onclick = () => {
      window.focus();
      shown.close();
      onClick();
    };
  } catch {
    // Chrome on Android knows only notifications of service workers. The page and its title say the same.
  }
}
