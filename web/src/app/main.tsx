import "@cloudscape-design/global-styles/index.css";
import "./app.css";

import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";

import { createApiClient } from "../api/client";
import { sessionTokens } from "../api/sessionTokens";
import { loadSettings, SettingsError } from "../settings/settings";
import { createClient } from "../signin/client";
import { answerOpener } from "../signin/popup";
import { isPopupAnswer, Session } from "../signin/session";

import { App } from "./App";
import { StartFailure } from "./StartFailure";

/** The application's address as the issuer knows it: a sign-in comes back here, and goes on to where it began. */
const appPath = "/";

async function start(root: Root): Promise<void> {
  if (Object.keys(sessionStorage).some((key) => key.startsWith("oidc.user:"))) {
    // Most likely still signed in: the code for that comes along with the settings.
    void import("./SignedIn").catch(() => undefined); // fails again where it is used, which says so
  }
  const settings = await loadSettings();
  const oidc = createClient(settings, window.location.origin + appPath);
  if (isPopupAnswer(window.location.href) && (await answerOpener(oidc))) {
    return;
  }
  const session = new Session(oidc, settings.logoutUrl);
  // Before React, whose strict mode would use the issuer's one-time code twice.
  await session.resume();
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      void session.resume();
    }
  });
  const client = createApiClient(sessionTokens(session));
  root.render(
    <StrictMode>
      <App settings={settings} session={session} client={client} />
    </StrictMode>,
  );
}

const container = document.getElementById("page");
if (container === null) {
  throw new Error("the page has no element with the id 'page'");
}
const root = createRoot(container);
start(root).catch((error: unknown) => {
  console.error(error);
  root.render(<StartFailure message={error instanceof SettingsError ? error.message : "This page could not start."} />);
});
