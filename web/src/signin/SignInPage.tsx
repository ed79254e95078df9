import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { useDocumentTitle } from "../notifications/documentTitle";

import icon from "../app/icon.svg";
import styles from "./SignInPage.module.css";
import { useSession, useSessionState } from "./SessionContext";

/** What a person sees who is not signed in. Signing in leads back to the address that is open now. */
export function SignInPage(): ReactNode {
  const session = useSession();
  const state = useSessionState();
  useDocumentTitle("Sign in");
  const problem = state.status === "leaving" ? undefined : state.problem;
  const signIn = () => void session.signIn(window.location.pathname + window.location.search);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Container>
          <SpaceBetween size="l">
            <Box textAlign="center">
              <img src={icon} alt="" width="56" height="56" />
              <Box variant="h1" fontSize="display-l" margin={{ top: "s" }}>
                PAM
              </Box>
              <Box variant="p" color="text-body-secondary">
                Upload your photos, see what they show, and download any selection as one zip.
              </Box>
            </Box>
            {problem && (
              <Alert type={problem.retry === "signIn" ? "error" : "warning"} header="You are not signed in">
                {problem.message}
              </Alert>
            )}
            <Button variant="primary" fullWidth onClick={signIn} loading={state.status === "leaving"} loadingText="Going to the login">
              Sign in
            </Button>
          </SpaceBetween>
        </Container>
      </div>
    </main>
  );
}
