import type { CodegenConfig } from "@graphql-codegen/cli";

/** Types of the API and of each document in src, which check at build time that a page asks for what it shows. */
const config: CodegenConfig = {
  schema: "../schema.graphql",
  documents: ["src/**/*.{ts,tsx}", "!src/gql/**"],
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: {
        // The stock name would pass for a React hook.
        fragmentMasking: { unmaskFunctionName: "readFragment" },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: "string", Long: "number" },
      },
    },
  },
};

export default config;
