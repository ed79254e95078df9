import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";

import { useLeave } from "../uploads/UploadsContext";

import { useSession, useSessionState } from "./SessionContext";

/**
 * Asks a person whose session has ended to sign in again, in a window of its own, so that the page stays as it is.
 * Requests wait meanwhile and go on afterwards.
 */
export function LapsedBanner(): ReactNode {
  const session = useSession();
  const state = useSessionState();
  const leave = useLeave();
  const [waiting, setWaiting] = useState(false);
  if (state.status !== "signedOut" || state.lapsed === undefined) {
    return null;
  }
  const again = () => {
    setWaiting(true);
    void session.signInAgain().finally(() => {
      setWaiting(false);
    });
  };
  const inThisWindow = () => {
    leave(() => void session.signIn(window.location.pathname + window.location.search));
  };
  return (
    <Alert
      type="warning"
      header="Your sign-in has ended"
      action={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={again} loading={waiting} loadingText="Waiting for the sign-in window">
            Sign in again
          </Button>
          <Button variant="link" onClick={inThisWindow}>
            Use this window
          </Button>
        </SpaceBetween>
      }
    >
      {state.problem && !state.problem.message.startsWith("Your sign-in has ended") ? `${state.problem.message} ` : ""}
      What you were doing waits and goes on when you have signed in again.
    </Alert>
  );
}
