import { gzipSync } from "node:zlib";

import type { Plugin, Rolldown } from "vite";

/** What a screen may load at first, in kB (1,000 bytes) as gzip leaves them. */
interface Budget {
  readonly js: number;
  readonly css: number;
}

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

/**
 * Fails the build when a screen loads more than its budget, and says of each what it loads.
 * @param screens by their names, the paths of the modules that each is made of: its entry, and what it imports on demand.
 */
export function budget(limit: Budget, screens: Readonly<Record<string, readonly string[]>>): Plugin {
  return {
    name: "budget",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [screen, modules] of Object.entries(screens)) {
          const chunks = new Set(modules.flatMap((module) => [...closure(bundle, chunkOf(bundle, module))]));
          const styles = new Set([...chunks].flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]));
          const js = total([...chunks].map(({ code }) => code));
          const css = total([...styles].map((name) => sourceOf(bundle, name)));
          const text = `${screen}: ${js.toFixed(1)} of ${limit.js} kB of scripts, ${css.toFixed(1)} of ${limit.css} kB of styles (gzip)`;
          if (js > limit.js || css > limit.css) {
            this.error(`over budget: ${text}`);
          }
          this.info(text);
        }
      },
    },
  };
}

/** The chunk that was made of a module. */
function chunkOf(bundle: Bundle, module: string): Chunk {
  const chunk = Object.values(bundle).find((file) => file.type === "chunk" && file.facadeModuleId === module);
  if (chunk?.type !== "chunk") {
    throw new Error(`budget: no chunk is made of ${module}`);
  }
  return chunk;
}

/** A chunk and all that it cannot run without. */
function closure(bundle: Bundle, chunk: Chunk, found = new Set<Chunk>()): Set<Chunk> {
  if (!found.has(chunk)) {
    found.add(chunk);
    for (const name of chunk.imports) {
      const imported = bundle[name];
      if (imported?.type === "chunk") {
        closure(bundle, imported, found);
      }
    }
  }
  return found;
}

function sourceOf(bundle: Bundle, name: string): string | Uint8Array {
  const file = bundle[name];
  return file?.type === "asset" ? file.source : "";
}

function total(sources: (string | Uint8Array)[]): number {
  return sources.reduce((sum, source) => sum + gzipSync(source, { level: 9 }).length, 0) / 1000;
}
