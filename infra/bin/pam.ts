import { fileURLToPath } from "node:url";

import { createApp } from "../src/app.js";
import { readSettings, SettingsError } from "../src/settings.js";

// This file runs as infra/build/bin/pam.js.
const infra = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

try {
  const { app } = createApp({
    settings: readSettings(process.env.PAM_SETTINGS ?? infra("deployment.json")),
    codeFolder: infra("../build/lambda"),
    appsyncSchema: infra("../graph/appsync.graphql"),
    appsyncResolver: infra("../internal/appsync/resolver.js"),
  });
  app.synth();
} catch (error) {
  if (!(error instanceof SettingsError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 1;
}
