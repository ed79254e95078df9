import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

// The tests of whole pages: a pam binary, a browser, and what a person does with them.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL(".", import.meta.url)),
    include: ["*.e2e.ts"],
    // Each file starts a server and a browser of its own.
    fileParallelism: false,
    hookTimeout: 180_000,
    // axe takes seconds for each look of a long page on a computer that is busy.
    testTimeout: 480_000,
    // As long as for anything on a page; see visit.ts.
    expect: { poll: { timeout: 60_000 } },
    // Steps of one visit: after one has failed the others would only say so again.
    bail: 1,
  },
});
