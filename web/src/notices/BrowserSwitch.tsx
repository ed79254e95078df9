import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";

import { useNotificationPermission } from "../notifications/browserNotification";

/** Asks for the browser's notifications, at a click only, and says whether they are on. */
export function BrowserSwitch(): ReactNode {
  const { permission, ask } = useNotificationPermission();
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">This browser</Box>
      <LiveRegion>
        {permission === "granted" && <StatusIndicator type="success">On while a PAM tab is open</StatusIndicator>}
        {permission === "denied" && <StatusIndicator type="stopped">Blocked for this page in the browser’s settings</StatusIndicator>}
        {permission === "unsupported" && <StatusIndicator type="stopped">This browser shows no notifications</StatusIndicator>}
        {permission === "default" && <Box variant="p">A notification of the browser while you look at something else.</Box>}
      </LiveRegion>
      {permission === "default" && <Button onClick={() => void ask()}>Notify me here</Button>}
    </SpaceBetween>
  );
}
