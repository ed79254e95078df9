import { test } from "vitest";

import { Stack } from "./template.js";
import type { Variant } from "./variants.js";

/** What a stack promises: the sentence, and what proves it. */
export type Promises = Record<string, (stack: Stack) => void>;

/** One test for each promise, on one or each of the stacks. */
export function keeps(promises: Promises, of: readonly Variant[] = ["plain", "full"]): void {
  for (const variant of of) {
    for (const [promise, prove] of Object.entries(promises)) {
      test(`${promise} (${variant})`, () => {
        prove(new Stack(variant));
      });
    }
  }
}
