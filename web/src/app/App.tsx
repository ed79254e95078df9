import type { ApolloClient } from "@apollo/client";
import { ApolloProvider } from "@apollo/client/react";
import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { lazy, Suspense, type ReactNode } from "react";

import type { Settings } from "../settings/settings";
import { SettingsContext } from "../settings/SettingsContext";
import type { Session } from "../signin/session";
import { SessionContext, useSessionState } from "../signin/SessionContext";
import { SignInPage } from "../signin/SignInPage";

import { useTheme } from "./theme";
import { ThemeContext } from "./ThemeContext";

/** Most of the code is for whoever is signed in, and the login page goes without. */
const SignedIn = lazy(async () => ({ default: (await import("./SignedIn")).SignedIn }));

interface AppProps {
  readonly settings: Settings;
  readonly session: Session;
  readonly client: ApolloClient;
}

/** The application: what every page needs, and the pages for whoever is signed in. */
export function App({ settings, session, client }: AppProps): ReactNode {
  const theme = useTheme();
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <ThemeContext value={theme}>
        <SettingsContext value={settings}>
          <SessionContext value={session}>
            <ApolloProvider client={client}>
              <Pages />
            </ApolloProvider>
          </SessionContext>
        </SettingsContext>
      </ThemeContext>
    </I18nProvider>
  );
}

/** The pages, for whoever is signed in, or was until a moment ago; the way in, for everybody else. */
function Pages(): ReactNode {
  const state = useSessionState();
  if (state.status === "signedIn" || (state.status === "signedOut" && state.lapsed !== undefined)) {
    return (
      <Suspense>
        <SignedIn />
      </Suspense>
    );
  }
  return <SignInPage />;
}
