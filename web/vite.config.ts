import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import { budget } from "./budget.ts";
import { inlineDocuments } from "./inlineDocuments.ts";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// A running `pam serve` answers the API and the login while `npm run dev` serves the pages.
const backend = "http://127.0.0.1:8080";

/** Cloudscape's base styles carry 180 kB of fonts in the stylesheet; the person's own sans-serif does as well. */
const withoutFonts: Plugin = {
  name: "without-embedded-fonts",
  enforce: "pre",
  transform: {
    filter: { id: /global-styles\/index\.css/ },
    handler: (code) => ({ code: code.replaceAll(/@font-face\s*\{[^}]*\}/g, ""), map: null }),
  },
};

/**
 * Cloudscape's layout carries a drawer for notices of new features of the AWS console, which opens only when the console
 * fills it; with it come a list and a library for dragging, 22 kB of code as gzip leaves it.
 */
const drawerOfConsole = "feature-notifications-drawer-content.js";
const withoutDrawerOfConsole: Plugin = {
  name: "without-drawer-of-console",
  enforce: "pre",
  load: {
    filter: { id: new RegExp(`${drawerOfConsole.replaceAll(".", "\\.")}$`) },
    handler: () => "export const RuntimeContentPart = () => null; export default () => null;",
  },
};

export default defineConfig({
  plugins: [
    withoutFonts,
    withoutDrawerOfConsole,
    inlineDocuments(fromHere("src/gql/graphql.ts")),
    react(),
    budget(
      { js: 380, css: 100 },
      {
        "sign-in": [fromHere("index.html")],
        "first run": ["index.html", "src/app/SignedIn.tsx", "src/home/HomePage.tsx"].map(fromHere),
        labels: ["index.html", "src/app/SignedIn.tsx", "src/labels/LabelsPage.tsx"].map(fromHere),
      },
    ),
  ],
  // The server gives out the hashed files under /assets/, whatever the page's own address.
  base: "/",
  build: {
    rolldownOptions: {
      // One entry per page: each becomes dist/index.html or dist/<folder>/index.html.
      checks: { bundlerTimings: false },
      input: { app: fromHere("index.html"), graphiql: fromHere("graphiql/index.html") },
      onLog(level, log, write) {
        // The React compiler's runtime carries a directive for that compiler; nothing here runs it.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") {
          write(level, log);
        }
      },
    },
    // dist/.gitkeep has to outlive a build: go:embed refuses an empty folder. Its twin in
    // public/ puts it back after Vite has emptied dist.
    emptyOutDir: true,
    // The bundle carries other people's code, whose licences ask for their text to come along.
    license: { fileName: "licenses.md" },
    // All browsers that the pages support know modulepreload.
    modulePreload: { polyfill: false },
    // In kB. GraphiQL with its editor is one chunk of 1,090, which the page needs as a whole.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/graphql": backend,
      "/config.json": backend,
      "/oidc": backend,
    },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // Cloudscape's tables take seconds to render in jsdom on a computer that is busy.
    testTimeout: 60_000,
    setupFiles: ["src/test/setup.ts"],
    // Cloudscape's modules import style sheets, which Node does not understand.
    server: { deps: { inline: [/@cloudscape-design/] } },
  },
});
