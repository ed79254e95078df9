import "graphiql/style.css";
import "./page.css";

import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";

import { createClient } from "../signin/client";
import { Session } from "../signin/session";
import { loadSettings, SettingsError } from "../settings/settings";

import { examples } from "./examples";
import { Explorer } from "./Explorer";
import { createFetcher } from "./fetcher";
import { Header } from "./Header";
import { StartFailure } from "./StartFailure";

/** This page's address as the issuer knows it; the one with a slash at the end is the same page. */
const pagePath = "/graphiql";
const apiPath = "/graphql";

async function start(root: Root): Promise<void> {
  const settings = await loadSettings();
  const session = new Session(createClient(settings, window.location.origin + pagePath), settings.logoutUrl);
  // Before React, whose strict mode would use the issuer's one-time code twice.
  await session.resume();
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      void session.resume();
    }
  });
  root.render(
    <StrictMode>
      <Header session={session} />
      <main>
        <Explorer fetcher={createFetcher(apiPath, () => session.accessToken())} examples={examples(settings.live)} />
      </main>
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
