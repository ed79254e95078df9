import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../testdata/photos/", import.meta.url));

/** The paths of the photographs in testdata, in the order of their names. */
export function photographs(): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort()
    .map((name) => folder + name);
}
