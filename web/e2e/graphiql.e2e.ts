import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { screenshot, startBrowser, watch, type Offences } from "./browser";
import { startPam, type Pam } from "./pam";

let pam: Pam | undefined;
let browser: Browser | undefined;
let context: BrowserContext;
let page: Page;
let offences: Offences;
let pageUrl: string;

beforeAll(async () => {
  pam = await startPam();
  browser = await startBrowser();
  pageUrl = `${pam.url}/graphiql`;
  context = await browser.newContext({ viewport: { width: 1366, height: 800 }, colorScheme: "light" });
  context.setDefaultTimeout(60_000);
  offences = await watch(context);
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await pam?.stop();
});

/** The titles of the tabs, which are the names of the examples. */
const tabs = ["Labels", "UploadUrl", "PhotosWithLabel", "ArchivePreview", "RequestArchive", "Archive", "WatchLabels"];

/** Waits until the response pane holds the text. */
async function response(text: string): Promise<void> {
  await page.locator(".graphiql-response .CodeMirror").filter({ hasText: text }).waitFor();
}

/**
 * Runs an example by its button. GraphiQL takes no clicks before its editors are there, and stores the open tab only half
 * a second after a change, so a page that was just loaded may have another one open.
 */
async function run(tab: string): Promise<void> {
  await page.locator(".graphiql-response .CodeMirror").waitFor({ state: "attached" });
  await page.locator(".graphiql-tab-button", { hasText: new RegExp(`^${tab}$`) }).click();
  await page.locator(".graphiql-query-editor .CodeMirror").filter({ hasText: tab }).waitFor();
  await page.getByRole("button", { name: "Execute query" }).click();
}

const note = (text: string) => page.getByRole("banner").getByText(text);

test("opens with the examples, and with the documentation for anyone", async () => {
  await page.goto(pageUrl);
  expect(await page.title()).toBe("PAM API");
  await page.getByRole("heading", { name: "PAM API" }).waitFor();
  await note("Queries need you to sign in").waitFor();
  expect(await page.getByRole("tab").allInnerTexts()).toEqual(tabs);
  await page.locator(".graphiql-editor-tool .CodeMirror").filter({ hasText: '"minConfidence": 55' }).waitFor();

  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.getByRole("link", { name: "Query", exact: true }).click();
  await page.getByRole("link", { name: "labels", exact: true }).waitFor();
  await page.getByRole("button", { name: "Hide Documentation Explorer" }).click();
  await screenshot(page, "signed-out-light");
});

test("shows the API's own answer to a query without a sign-in", async () => {
  await run("Labels");
  await response("UNAUTHENTICATED");
});

test("signs in through the login page and leaves no code in the address", async () => {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("User name").fill("dan");
  await page.getByRole("button", { name: "Sign in" }).click();
  await note("Signed in as dan").waitFor();
  await page.getByRole("list", { name: "Granted scopes" }).getByText("pam/labels.read").waitFor();
  expect(page.url()).toBe(pageUrl);
});

test("runs the labels example from the keyboard", async () => {
  await page.locator(".graphiql-query-editor .CodeMirror").filter({ hasText: "Labels" }).click();
  await page.keyboard.press("Control+Enter");
  await response("totalCount");
  await screenshot(page, "signed-in-light");
});

test("opens and leaves the settings from the keyboard", async () => {
  await page.getByRole("button", { name: "Open settings dialog" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Theme", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
});

test("follows the labels subscription until it is stopped", async () => {
  await run("WatchLabels");
  await response("changed");
  await page.getByRole("button", { name: "Stop query" }).click();
  await page.getByRole("button", { name: "Execute query" }).waitFor();
});

test("keeps the session over a reload, in this tab alone", async () => {
  await page.reload();
  await note("Signed in as dan").waitFor();
  expect(await page.getByRole("tab").allInnerTexts()).toEqual(tabs);
  const kept = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  expect(kept).not.toMatch(/access_token|refresh_token|Bearer/);

  const other = await context.newPage();
  await other.goto(pageUrl);
  await other.getByRole("button", { name: "Sign in" }).waitFor();
  await other.close();
});

test("is whole in the dark and on a phone", async () => {
  await page.emulateMedia({ colorScheme: "dark" });
  await run("Labels");
  await response("totalCount");
  await screenshot(page, "signed-in-dark");

  for (const scheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, "nothing may stick out to the right").toBeLessThanOrEqual(0);
    for (const pane of [".graphiql-query-editor", ".graphiql-response"]) {
      const box = await page.locator(pane).boundingBox();
      expect(box?.width, `${pane} must be wide enough to read`).toBeGreaterThan(300);
    }
    await screenshot(page, `phone-${scheme}`);
  }
  await page.setViewportSize({ width: 1366, height: 800 });
});

test("signs out at the issuer, too", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await note("Queries need you to sign in").waitFor();
  expect(page.url()).toBe(pageUrl);
  expect(await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)))).not.toContain("access_token");

  await run("Labels");
  await response("UNAUTHENTICATED");

  // A session that lived on at the issuer would let the next person in without a question.
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("User name").waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("says what went wrong with a sign-in, and offers to try again", async () => {
  await page.goto(`${pageUrl}?error=access_denied&state=unknown`);
  const alert = page.getByRole("alert");
  await alert.getByText("begun in another tab").waitFor();
  expect(page.url()).toBe(pageUrl);
  await screenshot(page, "problem");
  await alert.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("User name").waitFor();
});

test("asked no other host, broke no rule of the content security policy and logged no error", () => {
  expect(offences).toEqual({ foreign: [], console: [], policy: [] });
});
