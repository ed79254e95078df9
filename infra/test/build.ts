import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Template } from "aws-cdk-lib/assertions";

import { createApp } from "../src/app.js";
import { parseSettings } from "../src/settings.js";

/** An empty zip file: the stack looks at no code. */
const emptyZip = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Synthesises a stack of the settings in a folder, with all checks on. */
export function build(folder: string, settings: unknown): Template {
  mkdirSync(folder, { recursive: true });
  for (const name of ["api", "detector", "archiver", "sweeper"]) {
    writeFileSync(join(folder, `${name}.zip`), emptyZip);
  }
  const { stack } = createApp(
    {
      settings: parseSettings(settings),
      codeFolder: folder,
      appsyncSchema: repository("graph/appsync.graphql"),
      appsyncResolver: repository("internal/appsync/resolver.js"),
    },
    { outdir: join(folder, "cdk.out") },
  );
  return Template.fromStack(stack);
}
