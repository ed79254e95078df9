import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { build } from "./build.js";
import { type Variant, variants } from "./variants.js";

declare module "vitest" {
  export interface ProvidedContext {
    templates: Record<Variant, object>;
  }
}

/** Builds the stacks once for all tests: each takes seconds. A finding of cdk-nag or of CloudFormation's rules ends it all here. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "pam-infra-"));
  const templates = Object.fromEntries(
    Object.entries(variants).map(([name, settings]) => [name, build(join(folder, name), settings).toJSON()]),
  ) as Record<Variant, object>;
  project.provide("templates", templates);
  return () => {
    rmSync(folder, { recursive: true });
  };
}
