import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";

import { createApp } from "../src/app.js";
import { parseSettings } from "../src/settings.js";
import type { PamStack } from "../src/stack.js";

/** An empty zip file: the stack looks at no code. */
const emptyZip = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Makes a stack of the settings, with all checks on, that is synthesised in a folder. */
export function create(folder: string, settings: unknown): { app: App; stack: PamStack } {
  mkdirSync(folder, { recursive: true });
  for (const name of ["api", "detector", "archiver", "sweeper"]) {
    writeFileSync(join(folder, `${name}.zip`), emptyZip);
  }
  return createApp(
    {
      settings: parseSettings(settings),
      codeFolder: folder,
      appsyncSchema: repository("graph/appsync.graphql"),
      appsyncResolver: repository("internal/appsync/resolver.js"),
    },
    { outdir: join(folder, "cdk.out") },
  );
}

/** Synthesises it. */
export function build(folder: string, settings: unknown): Template {
  return Template.fromStack(create(folder, settings).stack);
}
