import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// A running `pam serve` answers the API and the login while `npm run dev` serves the pages.
const backend = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // The server gives out the hashed files under /assets/, whatever the page's own address.
  base: "/",
  build: {
    rolldownOptions: {
      // One entry per page: each becomes dist/<folder>/index.html.
      checks: { bundlerTimings: false },
      input: { graphiql: fromHere("graphiql/index.html") },
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
  },
});
