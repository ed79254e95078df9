import { afterAll, beforeAll, expect, test } from "vitest";

import { inspect } from "./browser";
import { ask, fillLibrary } from "./library";
import { photographs } from "./photographs";
import { beginVisit, fillLogin, signIn, type Visit } from "./visit";

let visit: Visit;

beforeAll(async () => {
  visit = await beginVisit();
});

afterAll(async () => {
  await visit.end();
});

const heading = (name: string) => visit.page.getByRole("heading", { level: 1, name: new RegExp(`^${name}`) });

test("shows the way in to whoever comes", async () => {
  await visit.open("/");
  await visit.page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await visit.page.title()).toBe("Sign in - PAM");
  await inspect(visit.page, "sign-in");
});

test("signs in, and says to somebody new what to do", async () => {
  await signIn(visit);
  await heading("Welcome to PAM").waitFor();
  expect(visit.page.url(), "neither code nor state stay in the address").toBe(`${visit.pam.url}/`);
  await visit.page.getByRole("button", { name: "Choose photos" }).waitFor();
  await inspect(visit.page, "first-run");
});

test.each([
  { path: "/labels", title: "Labels", says: "No labels yet" },
  { path: "/photos", title: "Photos", says: "No photos yet" },
  { path: "/uploads", title: "Uploads", says: "Nothing is on its way" },
  { path: "/archives", title: "Archives", says: "No archives yet" },
  { path: "/notices", title: "Notices", says: "No notices yet" },
])("says what $path is for while it is empty", async ({ path, title, says }) => {
  await visit.open(path);
  await heading(title).waitFor();
  await visit.page.getByText(says).first().waitFor();
  expect(await visit.page.title()).toBe(`${title} - PAM`);
  await inspect(visit.page, `empty${path.replace("/", "-")}`);
});

test("counts labels while photos are being labelled, without a reload", async () => {
  await visit.open("/labels");
  await visit.page.getByText("No labels yet").waitFor();
  await fillLibrary(visit.page, photographs().slice(0, 6));
  const { labels } = await ask<{ labels: { nodes: { name: string; count: number }[] } }>(visit.page, "{ labels(first: 1) { nodes { name count } } }");
  const [first] = labels.nodes;
  expect(first, "testdata's photos show something").toBeDefined();
  const row = visit.page.getByRole("row").filter({ has: visit.page.getByRole("link", { name: first?.name ?? "", exact: true }) });
  await row.getByText(String(first?.count), { exact: true }).waitFor();
  await inspect(visit.page, "labels");
});

test("leads from a label to its photos, and to a photo with its labels, by the keyboard alone", async () => {
  const label = visit.page.getByRole("grid").getByRole("link").first();
  const name = await label.innerText();
  await label.focus();
  await visit.page.keyboard.press("Enter");
  await heading("Photos").waitFor();
  expect(new URL(visit.page.url()).searchParams.getAll("any")).toEqual([name]);
  const tile = visit.page.getByRole("link", { name: /\.(jpe?g|png)$/ }).first();
  await tile.getByRole("img").waitFor();
  await inspect(visit.page, "photos");

  await tile.focus();
  await visit.page.keyboard.press("Enter");
  await visit.page.getByRole("heading", { name: "What it shows" }).waitFor();
  await visit.page.getByRole("link", { name, exact: true }).waitFor();
  await inspect(visit.page, "photo");
});

test("stays signed in over a reload, and keeps tokens in this tab alone", async () => {
  await visit.page.reload();
  await visit.page.getByRole("heading", { name: "What it shows" }).waitFor();
  const kept = await visit.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  expect(kept).not.toMatch(/access_token|refresh_token|Bearer/);
});

test("tells of what is not there", async () => {
  await visit.open("/archives/01JZZZZZZZZZZZZZZZZZZZZZZZ");
  await visit.page.getByText("There is no such archive").waitFor();
  await inspect(visit.page, "no-such-archive");
  const response = await visit.page.request.get(`${visit.pam.url}/assets/nothing.js`);
  expect(response.status(), "a missing script must not be answered by the page").toBe(404);
});

test("remembers the theme that was chosen", async () => {
  await visit.open("/labels");
  await visit.page.getByRole("button", { name: "Appearance" }).click();
  await visit.page.getByRole("menuitemcheckbox", { name: "Dark" }).click();
  const dark = () => visit.page.evaluate(() => document.body.classList.contains("awsui-dark-mode"));
  await expect.poll(dark).toBe(true);
  await visit.page.reload();
  await heading("Labels").waitFor();
  expect(await dark()).toBe(true);
  await visit.page.getByRole("button", { name: "Appearance" }).click();
  await visit.page.getByRole("menuitemcheckbox", { name: "As the computer" }).click();
  await expect.poll(dark).toBe(false);
});

test("says that it is offline, and goes on by itself", async () => {
  await visit.context.setOffline(true);
  await visit.page.getByText("You are offline").first().waitFor();
  await inspect(visit.page, "offline");
  await visit.context.setOffline(false);
  await visit.page.getByText("You are offline").first().waitFor({ state: "detached" });
});

test("signs in again in a window of its own when the session has ended, and loses nothing", async () => {
  await visit.open("/labels");
  await visit.page.getByRole("grid").waitFor();
  // As if the refresh token had run out: neither token is good any more.
  await visit.page.evaluate(() => {
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("oidc.user:"))) {
      const user = JSON.parse(sessionStorage.getItem(key) ?? "{}") as Record<string, unknown>;
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1, refresh_token: "gone" }));
    }
    (window as unknown as { untouched: boolean }).untouched = true;
  });
  await visit.page.getByRole("link", { name: "Archives" }).click();
  await visit.page.getByText("Your sign-in has ended").waitFor();
  await inspect(visit.page, "session-ended");

  const opened = visit.page.waitForEvent("popup");
  await visit.page.getByRole("button", { name: "Sign in again" }).click();
  const popup = await opened;
  const closed = popup.waitForEvent("close");
  // The login may remember the person and send the window back at once.
  await Promise.race([closed, popup.getByLabel(/user ?name/i).waitFor().then(() => fillLogin(popup, visit.user))]).catch(() => undefined);
  await closed;
  await visit.page.getByText("No archives yet").waitFor();
  expect(await visit.page.getByText("Your sign-in has ended").isVisible()).toBe(false);
  expect(await visit.page.evaluate(() => "untouched" in window), "the page was never loaded anew").toBe(true);
});

test("shows an archive that a link leads to, after signing in", async () => {
  const other = await visit.browser.newContext();
  const page = await other.newPage();
  await page.goto(`${visit.pam.url}/archives?from=mail`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillLogin(page, visit.user);
  await page.getByRole("heading", { level: 1, name: "Archives" }).waitFor();
  expect(page.url()).toBe(`${visit.pam.url}/archives?from=mail`);
  await other.close();
});

test("signs out at the login, too", async () => {
  await visit.page.getByRole("button", { name: /^Account of/ }).click();
  await visit.page.getByRole("menuitem", { name: "Sign out" }).click();
  await visit.page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await visit.page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)))).not.toContain("access_token");
  await visit.page.getByRole("button", { name: "Sign in" }).click();
  await visit.page.getByLabel(/user ?name|e-?mail/i).first().waitFor();
});

test("asked no other host, broke no rule of the content security policy and logged no error", () => {
  const { foreign, policy, console } = visit.offences;
  expect({ foreign, policy }).toEqual({ foreign: [], policy: [] });
  // Chromium itself logs each request that fails for want of a network, which one test takes away, and a refused renewal.
  expect(console.filter((line) => !/ERR_INTERNET_DISCONNECTED|\/token\)$|could not be renewed/.test(line))).toEqual([]);
});
