import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Template } from "aws-cdk-lib/assertions";

import { createApp } from "../src/app.js";
import { parseSettings } from "../src/settings.js";

/** An empty zip file: the stack looks at no code. */
const emptyZip = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);

/** The fields of Query and Mutation are enough for AppSync's resolvers. */
const schema = `
schema { query: Query mutation: Mutation }
type Query { labels: [String!]! photos: [String!]! at: AWSDateTime }
type Mutation { deletePhotos(ids: [ID!]!): [ID!]! }
`;

/** Synthesises a stack of the settings in a folder, with all checks on. */
export function build(folder: string, settings: unknown): Template {
  mkdirSync(folder, { recursive: true });
  for (const name of ["api", "detector", "archiver", "sweeper"]) {
    writeFileSync(join(folder, `${name}.zip`), emptyZip);
  }
  const appsyncSchema = join(folder, "schema.graphql");
  writeFileSync(appsyncSchema, schema);
  const { stack } = createApp(
    { settings: parseSettings(settings), codeFolder: folder, appsyncSchema },
    { outdir: join(folder, "cdk.out") },
  );
  return Template.fromStack(stack);
}
