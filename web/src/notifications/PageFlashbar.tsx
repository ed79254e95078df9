import Flashbar from "@cloudscape-design/components/flashbar";
import { use, type ReactNode } from "react";

import { FlashItemsContext, useFlashes } from "./FlashContext";

/** The messages, newest first. */
export function PageFlashbar(): ReactNode {
  const items = use(FlashItemsContext);
  const { dismiss } = useFlashes();
  return (
    <Flashbar
      stackItems={items.length > 3}
      items={items.map(({ dismissible = true, onDismiss, ...item }) => ({
        ...item,
        dismissible,
        dismissLabel: "Dismiss",
        ariaRole: item.type === "error" ? "alert" : "status",
        onDismiss: () => {
          dismiss(item.id);
          onDismiss?.();
        },
      }))}
      i18nStrings={{
        ariaLabel: "Messages",
        notificationBarText: "Messages",
        notificationBarAriaLabel: "View all messages",
        errorIconAriaLabel: "Error",
        infoIconAriaLabel: "Information",
        inProgressIconAriaLabel: "In progress",
        successIconAriaLabel: "Success",
        warningIconAriaLabel: "Warning",
      }}
    />
  );
}
