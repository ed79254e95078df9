import { expect, test } from "vitest";

import { flat, Stack } from "./template.js";
import { type Variant, variants } from "./variants.js";

/** Writes a value for a person to read: references as <Id.Attribute>, one property a line. */
function written(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value.map((item) => `\n${indent}- ${written(item, `${indent}  `).trimStart()}`).join("");
  }
  if (typeof value !== "object" || value === null) {
    return ` ${String(value).replaceAll("\n", `\n${indent}`)}`;
  }
  if (/^(Ref|Fn::.*)$/.test(Object.keys(value)[0] ?? "")) {
    return ` ${flat(value)}`;
  }
  return Object.entries(value)
    .map(([name, member]) => `\n${indent}${name}:${written(member, `${indent}  `)}`)
    .join("");
}

// A change of the stack shows here as it will show in the account. After a look: npx vitest run -u
test.each(Object.keys(variants) as Variant[])("the stack %s is as it was", async (variant) => {
  const text = new Stack(variant).resources
    .toSorted((a, b) => a.type.localeCompare(b.type) || a.id.localeCompare(b.id))
    .map(({ id, type, properties, deletionPolicy }) => {
      // Tags are the same everywhere, and tested.
      const shown = Object.fromEntries(Object.entries(properties as object).filter(([name]) => name !== "Tags"));
      const kept = deletionPolicy === undefined ? "" : ` (${deletionPolicy})`;
      return `${type} ${id}${kept}${written(shown, "  ")}\n`;
    })
    .join("\n")
    .replaceAll(/[0-9a-f]{64}\.zip/g, "HASH.zip")
    .replaceAll(/ Code: .*?\n(?= {2}[A-Z])/gs, " Code: (internal/appsync/resolver.js)\n")
    .replaceAll(/ Definition: .*?\n(?=\n)/gs, " Definition: (graph/appsync.graphql)\n");
  await expect(text).toMatchFileSnapshot(`snapshots/${variant}.txt`);
});
