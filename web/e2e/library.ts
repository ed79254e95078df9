import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { crc32 } from "node:zlib";

import type { Page } from "playwright-core";

/** The access token of whoever is signed in at the page. */
async function tokenOf(page: Page): Promise<string> {
  const token = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("oidc.user:"));
    const stored = key === undefined ? null : sessionStorage.getItem(key);
    return stored === null ? undefined : (JSON.parse(stored) as { access_token?: string }).access_token;
  });
  if (token === undefined) {
    throw new Error("nobody is signed in at the page");
  }
  return token;
}

/** Asks the API as whoever is signed in at the page. */
export async function ask<Data>(page: Page, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch(new URL("/graphql", page.url()), {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenOf(page)}`, "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (data === undefined || errors !== undefined) {
    throw new Error(`the API answered ${JSON.stringify(errors)}`);
  }
  return data;
}

interface Begun {
  readonly uploadUrl: { readonly url: string; readonly method: string; readonly headers: readonly { name: string; value: string }[] };
}

const beginning = `mutation ($input: UploadUrlInput!) {
  uploadUrl(input: $input) { url method headers { name value } }
}`;

/** How long labelling may take in all, in milliseconds, and how often to look. */
const labellingLimit = 60_000;
const pause = 200;

/** Uploads files without the page's help, for tests of what comes afterwards, and waits until none is PENDING. */
export async function fillLibrary(page: Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const bytes = await readFile(path);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(bytes));
    const input = {
      fileName: basename(path),
      contentType: /\.png$/i.test(path) ? "image/png" : "image/jpeg",
      size: bytes.length,
      crc32: checksum.toString("base64"),
      sha256: createHash("sha256").update(bytes).digest("hex"),
    };
    const { uploadUrl } = await ask<Begun>(page, beginning, { input });
    const headers = Object.fromEntries(uploadUrl.headers.map(({ name, value }) => [name, value]));
    const response = await fetch(uploadUrl.url, { method: uploadUrl.method, headers, body: bytes });
    if (!response.ok) {
      throw new Error(`the object store answered ${response.status} to ${path}`);
    }
  }
  await untilLabelled(page);
}

/** Waits until no photo is PENDING. */
export async function untilLabelled(page: Page): Promise<void> {
  const deadline = Date.now() + labellingLimit;
  for (;;) {
    const { me } = await ask<{ me: { pendingCount: number } }>(page, "{ me { pendingCount } }");
    if (me.pendingCount === 0) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`${me.pendingCount} photos are still PENDING`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
