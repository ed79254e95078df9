import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

import type { Download, Response } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { answer } from "./answers";
import { inspect } from "./browser";
import { ask, fillLibrary } from "./library";
import { photographs } from "./photographs";
import { beginVisit, signIn, type Visit } from "./visit";
import { readZip } from "./zip";

let visit: Visit;
/** The labels of the library, the most frequent first. */
let labels: { name: string; count: number }[];
/** The page of the first archive, and the label that it was made of. */
let first: { path: string; label: string; count: number };

beforeAll(async () => {
  visit = await beginVisit();
  await visit.open("/archives");
  await signIn(visit);
  await fillLibrary(visit.page, photographs());
  ({
    labels: { nodes: labels },
  } = await ask<{ labels: { nodes: { name: string; count: number }[] } }>(visit.page, "{ labels(first: 500) { nodes { name count } } }"));
}, 120_000);

afterAll(async () => {
  await visit.end();
});

const heading = (name: string) => visit.page.getByRole("heading", { level: 1, name: new RegExp(`^${name}`) });
const button = (name: string) => visit.page.getByRole("button", { name, exact: true });
const link = (name: string) => visit.page.getByRole("link", { name, exact: true });
const planOf = (label: string) => `/archives/new?any=${encodeURIComponent(label)}`;
const pathNow = () => new URL(visit.page.url()).pathname;
/** Says whether a response is one in which a page looks for new notices. */
const isLook = (response: Response) => response.request().postData()?.includes("LatestNotices") ?? false;
const countArchives = async () =>
  (await ask<{ archives: { totalCount: number } }>(visit.page, "{ archives { totalCount } }")).archives.totalCount;

/** The label at a place in the list. */
function label(index: number): { name: string; count: number } {
  const found = labels[index];
  if (found === undefined) {
    throw new Error(`testdata's photos have only ${labels.length} labels`);
  }
  return found;
}

/** The SHA-256 of a file, to compare by. */
const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

test("says what an archive would hold before it is asked for", async () => {
  const { name, count } = label(0);
  await visit.open(planOf(name));
  await heading("New archive").waitFor();
  await visit.page.getByText("at most 500,000 photos or 150 GB").waitFor();
  const shown = await visit.page.locator("dl").first().innerText();
  expect(shown).toContain(`Photos\n${count}`);
  expect(await visit.page.getByLabel("Name").getAttribute("placeholder")).toBe(name);
  await inspect(visit.page, "archive-new");
});

test("asks for nothing that no archive could hold", async () => {
  const large = { data: { archivePreview: { photoCount: 600_000, totalBytes: 180_000_000_000 }, archives: { nodes: [] } } };
  const end = await answer(visit.page, "ArchivePlan", large);
  await visit.page.reload();
  await visit.page.getByText("This is more than one archive holds").first().waitFor();
  expect(await button("Make the archive").isDisabled()).toBe(true);
  await inspect(visit.page, "archive-too-large");
  await end();
});

test("says so when no label is picked, and when no photo matches", async () => {
  await visit.open("/archives/new");
  await visit.page.getByText("No labels are picked").waitFor();
  await inspect(visit.page, "archive-no-labels");
  await visit.open(planOf("Unicorn of no photo"));
  await visit.page.getByText("No photo matches").waitFor();
});

test("makes one archive of a double click, and says on any page when it is ready", async () => {
  const { name, count } = label(0);
  const looked = visit.page.waitForResponse(isLook);
  await visit.open(planOf(name));
  await looked;
  await button("Make the archive").dblclick();
  await heading(name).waitFor();
  first = { path: pathNow(), label: name, count };
  expect(first.path).toMatch(/^\/archives\/[0-9A-Z]{26}$/);
  await link("Photos").click();
  await visit.page.getByText(`Your archive “${name}” is ready`).waitFor();
  await expect.poll(() => visit.page.title()).toMatch(/^\(1\) Photos/);
  await visit.page.getByRole("navigation").getByText("1 new").waitFor();
  expect(await countArchives()).toBe(1);
  await inspect(visit.page, "archive-notice");
  await link("Show").click();
  await heading(name).waitFor();
  await expect.poll(() => visit.page.title(), { message: "who looks at it knows" }).toBe(`${name} - PAM`);
});

/** Downloads from the archive's page, and compares each photo in the zip with testdata's. */
async function check(download: Download, count: number): Promise<void> {
  const entries = readZip(await readFile(await download.path()));
  const photos = entries.filter(({ name }) => !name.endsWith(".csv"));
  expect(photos.length).toBe(count);
  const originals = new Map(photographs().map((path) => [digest(readFileSync(path)), basename(path)]));
  for (const { name, bytes } of photos) {
    expect(basename(name), "the same bytes under the same name").toBe(originals.get(digest(bytes)));
  }
  expect(entries.filter(({ name }) => name === "labels.csv").length).toBe(1);
}

test("downloads the archive by a link that the page does not keep", async () => {
  await visit.page.getByText(/^23 h 5\d min left$/).waitFor();
  expect(await visit.page.content()).not.toContain("X-Amz-Signature");
  const begun = visit.page.waitForEvent("download");
  await button("Download").click();
  const download = await begun;
  expect(download.suggestedFilename()).toBe(`${first.label}.zip`);
  await check(download, first.count);
  expect(pathNow(), "the page stays").toBe(first.path);
  expect(await visit.page.content()).not.toContain("X-Amz-Signature");
  await inspect(visit.page, "archive-ready");
});

test("gives the archive that is there already, and says so", async () => {
  await visit.open(planOf(first.label));
  await button("Make the archive").click();
  await visit.page.getByText("You have an archive of just these photos already").waitFor();
  expect(pathNow()).toBe(first.path);
  expect(await countArchives()).toBe(1);
  await inspect(visit.page, "archive-same");
});

/** The first archive's page, with changes to what the API says of it. */
async function show(changes: object): Promise<() => Promise<void>> {
  const changed = async (real: () => Promise<object>) => {
    const { data } = (await real()) as { data: { archive: object } };
    return { data: { archive: { ...data.archive, ...changes } } };
  };
  const ends = [await answer(visit.page, "Archive", changed), await answer(visit.page, "ArchiveChanges", { data: {} })];
  await visit.open(first.path);
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}

const building = {
  status: "BUILDING", photoCount: 4000, photosDone: 1500, totalBytes: 12_000_000_000, bytesDone: 4_500_000_000, size: null, expiresAt: null,
};

test("shows how far it is, and cancels after asking", async () => {
  const end = await show(building);
  await visit.page.getByText("1,500 of 4,000 photos, 4.5 GB of 12 GB").waitFor();
  await inspect(visit.page, "archive-building");
  await button("Cancel").click();
  await visit.page.getByRole("dialog").getByText("Your photos stay").waitFor();
  await inspect(visit.page, "archive-cancel");
  await button("Go on building").click();
  await visit.page.getByRole("dialog").waitFor({ state: "hidden" });

  const endCancel = await answer(visit.page, "CancelArchive", async () => {
    const archive = await ask<{ archive: object }>(
      visit.page,
      `query ($id: ID!) { archive(id: $id) { __typename id name createdAt failure { code message } skipped { photoId fileName reason } } }`,
      { id: basename(first.path) },
    );
    return { data: { cancelArchive: { ...archive.archive, ...building, status: "CANCELLED" } } };
  });
  await button("Cancel").click();
  await button("Cancel the archive").click();
  await visit.page.getByText("Cancelled", { exact: true }).waitFor();
  await link("Make it again").waitFor();
  await inspect(visit.page, "archive-cancelled");
  await endCancel();
  await end();
});

test("finds out from the API that an archive has come to its end before it was cancelled", async () => {
  const end = await show(building);
  // Not before it is asked for: the page would find out by itself and take the question away.
  const endCancel = await answer(visit.page, "CancelArchive", async (real) => {
    await end();
    return await real();
  });
  await button("Cancel").click();
  await button("Cancel the archive").click();
  await visit.page.getByText(`“${first.label}” had come to its end already`).waitFor();
  await button("Download").waitFor();
  await endCancel();
});

test("names what was left out, page by page, and why an archive failed", async () => {
  const skipped = Array.from({ length: 45 }, (_, i) => ({
    __typename: "SkippedPhoto", photoId: `P${i}`, fileName: `beach-${i + 1}.jpg`, reason: "the photo was deleted",
  }));
  let end = await show({ skipped });
  await visit.page.getByRole("grid", { name: "Photos left out" }).getByText("beach-1.jpg").waitFor();
  await button("Page 3 of all pages").or(button("3")).first().click();
  await visit.page.getByText("beach-45.jpg").waitFor();
  await inspect(visit.page, "archive-skipped");
  await end();

  const failure = { __typename: "ArchiveFailure", code: "NOT_FOUND", message: "None of the archive's photos could be put in." };
  end = await show({ status: "FAILED", failure });
  await visit.page.getByText("This archive could not be built").first().waitFor();
  await visit.page.getByText("NOT_FOUND").waitFor();
  await inspect(visit.page, "archive-failed");
  await end();
});

test("offers to make an archive again whose time is over", async () => {
  const end = await show({ status: "EXPIRED", expiresAt: "2026-01-01T00:00:00.000Z" });
  await visit.page.getByText("This archive can no longer be downloaded").first().waitFor();
  expect(await button("Download").count()).toBe(0);
  await inspect(visit.page, "archive-expired");
  await link("Make it again").click();
  await heading("New archive").waitFor();
  expect(new URL(visit.page.url()).searchParams.getAll("any")).toEqual([first.label]);
  await end();
});

test("goes the whole way by the keyboard alone", async () => {
  const { page } = visit;
  const { name, count } = label(1);
  await visit.open(planOf(name));
  await page.getByLabel("Name").waitFor();
  await press("Tab", () => page.getByLabel("Name").evaluate((field) => field === document.activeElement));
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Enter");
  await heading("By keyboard").waitFor();
  await button("Download").waitFor();
  await press("Tab", () => page.evaluate(() => document.activeElement?.textContent === "Download"));
  const begun = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const download = await begun;
  expect(download.suggestedFilename()).toBe("By keyboard.zip");
  await check(download, count);
});

/** Presses a key until something is so. */
async function press(key: string, until: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await until()) {
      return;
    }
    await visit.page.keyboard.press(key);
  }
  throw new Error(`60 times ${key} do not lead there`);
}

test("tells of an archive in one tab only, however many are open", async () => {
  const { page } = visit;
  await visit.open("/labels");
  await heading("Labels").waitFor();
  const opened = page.waitForEvent("popup");
  // A window that a page opens takes the tab's session storage along.
  await page.evaluate(() => void window.open("/photos"));
  const other = await opened;
  await other.getByRole("heading", { level: 1, name: "Photos" }).waitFor();
  await other.waitForResponse(isLook);
  await ask(page, `mutation ($name: String!) { requestArchive(input: { match: { any: [$name] }, name: "For two tabs" }) { id } }`, { name: label(2).name });
  // The message's text is there twice: readers hear it from a place of its own.
  const telling = async () => {
    const shown = await Promise.all([page, other].map((tab) => tab.getByRole("link", { name: "Show", exact: true }).count()));
    return shown.reduce((sum, count) => sum + count);
  };
  await expect.poll(telling, { timeout: 60_000 }).toBe(1);
  // Until both have looked again, and might have told, too.
  await Promise.all([page, other].map((tab) => tab.waitForResponse(isLook)));
  await Promise.all([page, other].map((tab) => tab.getByRole("navigation").getByText(/^\d new$/).waitFor()));
  expect(await telling()).toBe(1);
  await other.close();
});

test("marks what is unread, and switches e-mail on with one click", async () => {
  const { page } = visit;
  await page.getByRole("navigation").getByText(/^\d new$/).waitFor();
  await link("Notices").click();
  await heading("Notices").waitFor();
  await page.getByRole("row", { name: /For two tabs/ }).getByText("New", { exact: true }).waitFor();
  await expect.poll(() => page.title(), { message: "what is in sight is read" }).toBe("Notices - PAM");
  await inspect(page, "notices");
  await button("E-mail me").click();
  await page.getByText(/^E-mails go to d\*\*\*@/).waitFor();
  await visit.context.grantPermissions(["notifications"]);
  await page.reload();
  await page.getByText(/^E-mails go to d\*\*\*@/).waitFor();
  await page.getByText("On while a PAM tab is open").waitFor();
  await inspect(page, "notices-email");
});

test("lists all archives, the newest first, as far as one scrolls", async () => {
  const { page } = visit;
  await Promise.all(
    labels.slice(3, 25).map(({ name }) =>
      ask(page, `mutation ($name: String!) { requestArchive(input: { match: { any: [$name], minConfidence: 50 } }) { id } }`, { name }),
    ),
  );
  const all = await ask<{ archives: { nodes: { name: string }[] } }>(page, "{ archives(first: 100) { nodes { name } } }");
  expect(all.archives.nodes.length).toBeGreaterThan(20);
  await visit.open("/archives");
  await heading("Archives").waitFor().catch(() => undefined);
  await page.getByRole("grid", { name: "Archives" }).waitFor();
  await page.getByRole("row").last().scrollIntoViewIfNeeded();
  const names = page.getByRole("grid", { name: "Archives" }).getByRole("rowheader");
  await expect.poll(() => names.count(), { timeout: 60_000 }).toBe(all.archives.nodes.length);
  expect(await names.allInnerTexts()).toEqual(all.archives.nodes.map(({ name }) => name));
  await expect.poll(() => page.getByText("Ready", { exact: true }).count(), { timeout: 60_000 }).toBe(all.archives.nodes.length);
  await inspect(page, "archives");
});

test("asked no other host, broke no rule of the content security policy and logged no error", () => {
  expect(visit.offences).toEqual({ foreign: [], console: [], policy: [] });
});
