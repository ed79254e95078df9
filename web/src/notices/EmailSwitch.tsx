import { useMutation } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useSyncExternalStore, type ReactNode } from "react";

import { graphql } from "../gql";
import { useSettings } from "../settings/SettingsContext";
import { usePersonId } from "../signin/SessionContext";
import { ErrorState } from "../states/ErrorState";

import { emailNotices } from "./emailNotices";

const notifyMe = graphql(`
  mutation NotifyMe {
    notifyMe(channel: EMAIL) {
      channel
      address
      confirmed
    }
  }
`);

/** Switches e-mail notices on, and says where they go. */
export function EmailSwitch(): ReactNode {
  const owner = usePersonId();
  const on = useSyncExternalStore(emailNotices.subscribe, () => emailNotices.read(owner));
  const [mutate, { loading, error }] = useMutation(notifyMe);
  const { issuer } = useSettings();
  const switchOn = async () => {
    try {
      const { data } = await mutate();
      if (data) {
        const { address, confirmed } = data.notifyMe;
        emailNotices.write(owner, { address, confirmed });
      }
    } catch {
      // The mutation's result says what went wrong.
    }
  };
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">E-mail</Box>
      <LiveRegion>
        {on === undefined ? (
          <Box variant="p">An e-mail to the address of your account when an archive is ready, or could not be built.</Box>
        ) : on.confirmed ? (
          <StatusIndicator type="success">E-mails go to {on.address}</StatusIndicator>
        ) : (
          <SpaceBetween size="xxs">
            <StatusIndicator type="pending">Waiting for you to confirm {on.address}</StatusIndicator>
            <Box variant="p">Follow the link in the e-mail that was sent there. Until then there are no notices by e-mail.</Box>
          </SpaceBetween>
        )}
      </LiveRegion>
      {ownComputer(issuer) && (
        <Box variant="small">This PAM runs on your own computer. It sends e-mail only if it was started with --smtp.</Box>
      )}
      {on?.confirmed !== true && (
        <Button loading={loading} onClick={() => void switchOn()}>
          {on === undefined ? "E-mail me" : "Check again"}
        </Button>
      )}
      {error && <ErrorState title="E-mail notices could not be switched on" error={error} />}
    </SpaceBetween>
  );
}

/** Only `pam serve` signs people in itself, at the pages' own origin. */
function ownComputer(issuer: string): boolean {
  return URL.parse(issuer)?.origin === window.location.origin;
}
