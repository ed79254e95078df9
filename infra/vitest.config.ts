import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/setup.ts"],
    restoreMocks: true,
    testTimeout: 60_000, // some tests run the scripts
  },
});
