import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { crc32 } from "node:zlib";

import type { Request, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { inspect } from "./browser";
import { ask, untilLabelled } from "./library";
import { photographs } from "./photographs";
import { categories, longestStretches } from "./scriptTime";
import { manyPhotos, photo } from "./sparsePhotos";
import { beginVisit, fillLogin, signIn, type Visit } from "./visit";

let visit: Visit;
let folder: string;
const photos = photographs();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pam-e2e-files-"));
  visit = await beginVisit();
  await visit.open("/uploads");
  await signIn(visit);
  await visit.page.getByText("Nothing is on its way").waitFor();
});

afterEach(async () => {
  await visit.context.unrouteAll({ behavior: "ignoreErrors" });
});

afterAll(async () => {
  await visit.end();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => visit.page.getByRole("list", { name: "Files", exact: true }).getByRole("listitem").filter({ hasText: name });
const headline = (text: string) => visit.page.getByRole("heading", { level: 2, name: text });
const button = (name: string | RegExp) => visit.page.getByRole("button", { name });
const isTransfer = (request: Request) => request.method() === "PUT";

async function choose(paths: string[], by = "Choose photos"): Promise<void> {
  const chooser = visit.page.waitForEvent("filechooser");
  await button(by).click();
  await (await chooser).setFiles(by === "Choose photos" ? paths : (paths[0] ?? ""));
}

/** What the browser drags is dropped onto the page, as by a hand. */
async function drop(...paths: string[]): Promise<void> {
  const session = await visit.context.newCDPSession(visit.page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 600, y: 400, data: { items: [], files: paths, dragOperationsMask: 1 } });
    if (type === "dragOver") {
      await visit.page.getByText("Let go to upload").waitFor();
    }
  }
  await session.detach();
}

/** Has the test answer in place of the object store; preflights aside. */
async function answer(how: (route: Route, attempt: number, request: Request) => Promise<void>): Promise<void> {
  const attempts = new Map<string, number>();
  await visit.context.route(
    () => true,
    async (route, request) => {
      if (!isTransfer(request)) {
        await route.fallback();
        return;
      }
      const attempt = (attempts.get(request.url()) ?? 0) + 1;
      attempts.set(request.url(), attempt);
      await how(route, attempt, request);
    },
  );
}

/** Does in the browser's place what a request asks for, with the one of the files that it is about. */
async function deliver(request: Request, paths: string[]): Promise<void> {
  const headers = await request.allHeaders();
  for (const body of await Promise.all(paths.map((path) => readFile(path)))) {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(body));
    if (checksum.toString("base64") === headers["x-amz-checksum-crc32"]) {
      const signed = Object.fromEntries(Object.entries(headers).filter(([name]) => /^(content-type|if-none-match|x-amz-.*)$/.test(name)));
      expect((await fetch(request.url(), { method: "PUT", headers: signed, body })).status).toBe(200);
      return;
    }
  }
  throw new Error("none of the files has this checksum");
}

const says = (status: number) => ({ status, headers: { "access-control-allow-origin": "*" }, body: "" });

/** Clears what an earlier step has left. */
async function clear(): Promise<void> {
  await button("Clear the list").click();
  await headline("Uploads finished").waitFor({ state: "detached" });
}

/** Small photos of their own, below a folder of the test. */
async function some(name: string, count: number, size = 3000): Promise<string[]> {
  return await manyPhotos(join(folder, name), count, size);
}

test("uploads the photos that were chosen, and leads to their labels", async () => {
  await choose(photos.slice(0, 5));
  await headline("Uploads finished").waitFor();
  for (const path of photos.slice(0, 5)) {
    await file(basename(path)).getByText("Uploaded").waitFor();
  }
  await untilLabelled(visit.page);
  await inspect(visit.page, "uploads-finished");
  await file(basename(photos[0] ?? "")).getByRole("link").click();
  await visit.page.getByRole("heading", { level: 1, name: basename(photos[0] ?? "") }).waitFor();
  await visit.page.goBack();
  await button("Clear the list").waitFor();
  await visit.page.getByRole("link", { name: "See labels" }).waitFor();
});

test("names duplicates and refused files with the reason", async () => {
  await clear();
  const odd = join(folder, "odd");
  await mkdir(odd);
  const [known = "", fresh = ""] = [photos[0], photos[6]];
  await writeFile(join(odd, "letter.jpg"), "Dear Dan");
  await writeFile(join(odd, "notes.txt"), "not a picture");
  await writeFile(join(odd, "empty.png"), "");
  await writeFile(join(odd, "huge.jpg"), photo(0, 16_000_000));
  await writeFile(join(odd, ".DS_Store"), "litter");
  await symlink(fresh, join(odd, "same-again.jpg"));
  await choose([known, fresh, ...["letter.jpg", "notes.txt", "empty.png", "huge.jpg", ".DS_Store", "same-again.jpg"].map((name) => join(odd, name))]);
  await headline("Uploads finished").waitFor();
  await file(basename(known)).getByText(`You have this picture already, as ${basename(known)}.`).waitFor();
  await file("same-again.jpg").getByText(`The same picture as ${basename(fresh)}.`).waitFor();
  await file("letter.jpg").getByText("The file is not a JPEG or PNG picture, whatever it is called.").waitFor();
  await file("notes.txt").getByText("PAM takes JPEG and PNG pictures only.").waitFor();
  await file("empty.png").getByText("The file is empty.").waitFor();
  await file("huge.jpg").getByText("It has 16 MB; PAM takes up to 15.7 MB.").waitFor();
  expect(await file(".DS_Store").count()).toBe(0);
  await visit.page.getByText("1 uploaded, 2 duplicates, 4 refused").first().waitFor();
  await inspect(visit.page, "uploads-refused");
});

test("takes folders, chosen or dropped, with all that is in them", async () => {
  await clear();
  await some("trip/day-1", 2);
  await some("trip/day-2/evening", 3);
  await some("other/inside", 2, 4000);
  await choose([join(folder, "other")], "Choose a folder");
  await headline("Uploads finished").waitFor();
  expect(await file("other/inside/").count()).toBe(2);
  await drop(join(folder, "trip"), photos[7] ?? "");
  await file("trip/day-2/evening/").first().waitFor();
  await file(basename(photos[7] ?? "")).getByText("Uploaded").waitFor();
  await headline("Uploads finished").waitFor();
  expect(await file("trip/day-1/").count()).toBe(2);
  expect(await file("trip/day-2/evening/").count()).toBe(3);
});

test("shows progress, pauses, and goes on", async () => {
  await clear();
  let held: Route[] = [];
  let begun = 0;
  await answer(async (route) => {
    begun += 1;
    held.push(route);
    await Promise.resolve();
  });
  await choose(await some("pause", 12, 200_000));
  await headline("Uploading").waitFor();
  await expect.poll(() => begun).toBe(6);
  await visit.page.getByRole("progressbar", { name: /^Progress of/ }).first().waitFor();
  await inspect(visit.page, "uploads-progress");

  await button("Pause").click();
  await headline("Paused").waitFor();
  held = [];
  await inspect(visit.page, "uploads-paused");
  expect(begun, "nothing begins while it is paused").toBe(6);
  await visit.context.unrouteAll({ behavior: "ignoreErrors" });
  await button("Resume").click();
  await headline("Uploads finished").waitFor();
  await visit.page.getByText("12 uploaded").first().waitFor();
});

test("fails at 403, tries again after 500 and broken connections, and takes 412 after that for success", async () => {
  await clear();
  const paths = await some("failures", 4, 5000);
  const kinds = new Map<string, string>();
  await answer(async (route, attempt, request) => {
    const kind = kinds.get(request.url()) ?? ["forbidden", "busy", "lost", "fine"][kinds.size] ?? "fine";
    kinds.set(request.url(), kind);
    if (kind === "forbidden") {
      await route.fulfill(says(403));
    } else if (kind === "busy" && attempt === 1) {
      await route.fulfill(says(500));
    } else if (kind === "lost" && attempt === 1) {
      // The bytes arrive, the answer does not; the store itself says 412 to the next attempt.
      await deliver(request, paths);
      await route.abort("connectionreset");
    } else {
      await route.continue();
    }
  });
  await choose(paths);
  await headline("Uploads finished").waitFor();
  await visit.page.getByText("3 uploaded, 1 failed").first().waitFor();
  const failed = file("The store does not allow this upload (403).");
  await failed.waitFor();
  expect(await visit.page.getByRole("list", { name: "Files", exact: true }).getByRole("listitem").first().innerText(), "failures come first").toContain("403");
  await inspect(visit.page, "uploads-failed");

  await visit.context.unrouteAll({ behavior: "ignoreErrors" });
  let transfers = 0;
  const count = (request: Request) => {
    transfers += isTransfer(request) ? 1 : 0;
  };
  visit.page.on("request", count);
  await button("Retry failed (1)").click();
  await visit.page.getByText("4 uploaded").first().waitFor();
  visit.page.off("request", count);
  expect(transfers, "only what failed is sent again").toBe(1);
});

test("waits while there is no network, and goes on by itself", async () => {
  await clear();
  const held: Route[] = [];
  await answer(async (route) => {
    held.push(route);
    await Promise.resolve();
  });
  await choose(await some("offline", 8, 6000));
  await expect.poll(() => held.length).toBe(6);
  await visit.context.setOffline(true);
  await headline("Waiting for the network").waitFor();
  await inspect(visit.page, "uploads-offline");
  await visit.context.unrouteAll({ behavior: "ignoreErrors" });
  await visit.context.setOffline(false);
  await headline("Uploads finished").waitFor();
  await visit.page.getByText("8 uploaded").first().waitFor();
});

test("goes on while other pages are open, asks whoever leaves, and gives up when told", async () => {
  await clear();
  await untilGone();
  const held: Route[] = [];
  await answer(async (route) => {
    held.push(route);
    await Promise.resolve();
  });
  await choose(await some("leave", 9, 7000));
  await expect.poll(() => held.length).toBe(6);
  // It closes by itself on a phone's width.
  const navigation = button("Open the navigation");
  if (await navigation.isVisible()) {
    await navigation.click();
  }
  await visit.page.getByRole("link", { name: "Labels", exact: true }).click();
  const indicator = visit.page.getByRole("group", { name: "Uploads" });
  await indicator.getByText("Uploading: 0 of 9 files").waitFor();
  await inspect(visit.page, "uploads-elsewhere");

  const asked = visit.page.waitForEvent("dialog");
  const reload = visit.page.reload({ timeout: 5000 }).catch(() => undefined);
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await reload;
  await indicator.waitFor();

  await button(/^Account of/).click();
  await visit.page.getByRole("menuitem", { name: "Sign out" }).click();
  await visit.page.getByText("Stop uploading?").waitFor();
  await inspect(visit.page, "uploads-leave");
  await button("Keep uploading").click();

  await indicator.getByRole("link").click();
  await button("Cancel").click();
  await headline("Uploads finished").waitFor();
  await visit.page.getByText("9 cancelled").first().waitFor();
  await untilGone();
});

/** Waits until no photo waits for bytes that never come. */
async function untilGone(): Promise<void> {
  await expect.poll(async () => (await ask<{ me: { pendingCount: number } }>(visit.page, "{ me { pendingCount } }")).me.pendingCount, { timeout: 60_000 }).toBe(0);
}

test("waits for the person when the session ends in the middle, and goes on after the sign-in", async () => {
  await clear();
  await visit.page.evaluate(() => {
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("oidc.user:"))) {
      const user = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Record<string, unknown>;
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1, refresh_token: "gone" }));
    }
  });
  await choose(await some("session", 5, 8000));
  await headline("Waiting for you to sign in again").waitFor();
  await inspect(visit.page, "uploads-session");
  const opened = visit.page.waitForEvent("popup");
  await button("Sign in again").click();
  const popup = await opened;
  const closed = popup.waitForEvent("close");
  await Promise.race([closed, popup.getByLabel(/user ?name/i).waitFor().then(() => fillLogin(popup, visit.user))]).catch(() => undefined);
  await closed;
  await headline("Uploads finished").waitFor();
  await visit.page.getByText("5 uploaded").first().waitFor();
});

test("uploads 3,000 photos of 300 kB without freezing the page or filling its memory", { timeout: 300_000 }, async () => {
  await clear();
  const paths = await some("many", 3000, 300_000);
  let asked = 0;
  const count = (request: Request) => {
    asked += request.postData()?.includes("BeginUploads") === true ? 1 : 0;
  };
  visit.page.on("request", count);
  await answer((route) => route.fulfill(says(200)));
  const session = await visit.context.newCDPSession(visit.page);
  await session.send("Performance.enable");
  const heap = async (collect: boolean) => {
    if (collect) {
      await session.send("HeapProfiler.collectGarbage");
    }
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
  };
  await choose(paths.slice(0, 1));
  await headline("Uploads finished").waitFor();
  const before = await heap(true);
  await visit.browser.startTracing(visit.page, { categories });
  await choose(paths.slice(1));
  await headline("Uploading").waitFor();
  let most = 0;
  while (!(await headline("Uploads finished").isVisible())) {
    // Without a collection, which would stop the page itself: what is garbage already counts.
    most = Math.max(most, await heap(false));
    const drawn = await visit.page.getByRole("list", { name: "Files", exact: true }).getByRole("listitem").count();
    expect(drawn, "however many there are, few are drawn").toBeLessThanOrEqual(25);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const stretches = longestStretches(await visit.browser.stopTracing(), 3);
  const after = await heap(true);
  visit.page.off("request", count);
  await visit.page.getByText("3,000 uploaded").first().waitFor();
  const told = stretches.map(({ name, wall, cpu }) => `${name} ${cpu.toFixed(0)} ms (${wall.toFixed(0)} by the clock)`);
  console.log(`3,000 photos: heap ${mb(before)} MB before, ${mb(most)} at most, ${mb(after)} after; ${asked} batches; longest: ${told.join(", ")}`);
  expect(most - before, "of 900 MB of photos, a list stays").toBeLessThan(100_000_000);
  expect(after - before).toBeLessThan(30_000_000);
  expect(asked, "in batches").toBeLessThan(600);
  expect(stretches, "the trace tells of scripts").toHaveLength(3);
  expect(stretches[0]?.cpu, `milliseconds at a stretch: ${told.join(", ")}`).toBeLessThan(200);
  await inspect(visit.page, "uploads-many");
});

function mb(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}

test("asked no other host, broke no rule of the content security policy and logged no error", () => {
  const { foreign, policy, console } = visit.offences;
  expect({ foreign, policy }).toEqual({ foreign: [], policy: [] });
  // Chromium itself logs requests that fail, which the steps above have provoked.
  expect(console.filter((line) => !/Failed to load resource|could not be renewed/.test(line))).toEqual([]);
});
