import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { answer, refusal } from "./answers";
import { inspect } from "./browser";
import { ask, fillLibrary } from "./library";
import { photographs } from "./photographs";
import { beginVisit, fillLogin, signIn, type Visit } from "./visit";

let visit: Visit;
/** Every address that was asked for, and every one that a window has had. */
const addresses: string[] = [];
/** Every access token and refresh token that was seen in the session's storage. */
const tokens = new Set<string>();

beforeAll(async () => {
  visit = await beginVisit();
  visit.context.on("request", (request) => addresses.push(request.url()));
  visit.context.on("page", follow);
  follow(visit.page);
});

afterAll(async () => {
  await visit.end();
});

function follow(page: Page): void {
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
}

const heading = (name: string) => visit.page.getByRole("heading", { level: 1, name: new RegExp(`^${name}`) });
const path = () => new URL(visit.page.url()).pathname + new URL(visit.page.url()).search;

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_at: number;
}

/** The tokens that the tab holds now. */
async function held(): Promise<Tokens> {
  const text = await visit.page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith("oidc.user:"));
    return key === undefined ? null : sessionStorage.getItem(key);
  });
  if (text === null) {
    throw new Error("nobody is signed in at the page");
  }
  const found = JSON.parse(text) as Tokens;
  tokens.add(found.access_token).add(found.refresh_token);
  return found;
}

/** Marks the document, to see later that it is still the same one. */
const mark = () => visit.page.evaluate(() => void Object.assign(window, { untouched: true }));
const isUntouched = () => visit.page.evaluate(() => "untouched" in window);

/** Says whether a request goes to the login's token endpoint. */
const isRenewal = (data: string | null) => new URLSearchParams(data ?? "").get("grant_type") === "refresh_token";

test("comes back to the address that a link led to, after signing in", async () => {
  await visit.open("/archives/01JZZZZZZZZZZZZZZZZZZZZZZZ");
  await signIn(visit);
  await visit.page.getByText("There is no such archive").waitFor();
  expect(path()).toBe("/archives/01JZZZZZZZZZZZZZZZZZZZZZZZ");
  await fillLibrary(visit.page, photographs().slice(0, 4));
  await held();
});

test("stays signed in over a reload", async () => {
  await visit.open("/archives");
  await heading("Archives").waitFor();
  const before = await held();
  await visit.page.reload();
  await heading("Archives").waitFor();
  expect((await held()).access_token).toBe(before.access_token);
});

test("renews the tokens ahead of their end, and the page notices nothing", async () => {
  const before = await held();
  // The login's answer, with a shorter life: the page renews a minute before the end, which is in a few seconds then.
  const lives = [63, 3600];
  await visit.page.route("**/*", async (route) => {
    if (!isRenewal(route.request().postData())) {
      await route.fallback();
      return;
    }
    const response = await route.fetch();
    const body = (await response.json()) as object;
    await route.fulfill({ response, json: { ...body, expires_in: lives.shift() ?? 3600 } });
  });
  await visit.page.evaluate(() => {
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("oidc.user:"))) {
      const user = JSON.parse(sessionStorage.getItem(key) ?? "{}") as object;
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: Math.floor(Date.now() / 1000) - 1 }));
    }
  });
  // The next request finds the token expired and renews it first; the renewed one is renewed ahead of need.
  await mark();
  await visit.page.getByRole("link", { name: "Labels", exact: true }).click();
  await heading("Labels").waitFor();
  await expect.poll(async () => (await held()).expires_at - Date.now() / 1000, { timeout: 60_000 }).toBeGreaterThan(3000);
  expect(lives, "there were two renewals").toEqual([]);
  expect((await held()).access_token).not.toBe(before.access_token);
  expect(await visit.page.getByText("Your sign-in has ended").count()).toBe(0);
  expect(await isUntouched()).toBe(true);
  await ask(visit.page, "{ me { id } }");
  await visit.page.unroute("**/*");
});

test("renews a token that the API refuses, although it looks good", async () => {
  let refused = 0;
  const end = await answer(visit.page, "Archives", (real) => {
    refused += 1;
    return refused === 1 ? refusal("UNAUTHENTICATED", "01REFUSED") : real();
  });
  const before = await held();
  await visit.page.getByRole("link", { name: "Archives", exact: true }).click();
  await expect.poll(() => refused, { timeout: 60_000, message: "the request goes out again" }).toBe(2);
  await visit.page.getByText("No archives yet").waitFor();
  expect((await held()).access_token).not.toBe(before.access_token);
  expect(await visit.page.getByText("The archives could not be loaded").count()).toBe(0);
  await end();
});

test("says what went wrong with the request's id, and tries again", async () => {
  await visit.open("/labels");
  await heading("Labels").waitFor();
  const end = await answer(visit.page, "Archives", refusal("INTERNAL", "01JREQUESTOFTHISTEST"));
  await visit.page.getByRole("link", { name: "Archives", exact: true }).click();
  await visit.page.getByText("The archives could not be loaded").first().waitFor();
  await visit.page.getByText("01JREQUESTOFTHISTEST").waitFor();
  await inspect(visit.page, "failed-request");
  await end();
  await visit.page.getByRole("button", { name: "Try again" }).click();
  await visit.page.getByText("No archives yet").waitFor();
  expect(await visit.page.getByText("The archives could not be loaded").count()).toBe(0);
});

test("is offline and on again, with what there is in sight", async () => {
  await visit.open("/labels");
  const row = visit.page.getByRole("grid").getByRole("row").nth(1);
  await row.waitFor();
  await mark();
  await visit.context.setOffline(true);
  await visit.page.getByText("You are offline").first().waitFor();
  expect(await row.isVisible(), "what there is stays").toBe(true);
  const asked = visit.page.waitForResponse((response) => response.request().postData()?.includes("query Labels") ?? false);
  await visit.context.setOffline(false);
  expect((await asked).ok()).toBe(true);
  await visit.page.getByText("You are offline").first().waitFor({ state: "detached" });
  expect(await isUntouched()).toBe(true);
});

test("knows nothing at an unknown address", async () => {
  await visit.page.evaluate(() => {
    history.pushState(null, "", "/nowhere");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await visit.page.getByText("There is nothing here").waitFor();
  expect(await visit.page.title()).toBe("Not found - PAM");
  await inspect(visit.page, "not-found");
  const response = await visit.page.request.get(`${visit.pam.url}/nowhere`);
  expect(response.status(), "the server does not pretend that there is a page").toBe(404);
});

test("asks to sign in again when the session has ended, and comes back to the same address", async () => {
  await visit.open("/photos?any=Outdoors");
  await heading("Photos").waitFor();
  await visit.page.evaluate(() => {
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith("oidc.user:"))) {
      const user = JSON.parse(sessionStorage.getItem(key) ?? "{}") as object;
      sessionStorage.setItem(key, JSON.stringify({ ...user, expires_at: 1, refresh_token: "spent" }));
    }
  });
  await visit.page.getByText("Your sign-in has ended").first().waitFor();
  expect(path(), "the page is still there").toBe("/photos?any=Outdoors");
  await visit.page.getByRole("button", { name: "Use this window" }).click();
  // The login may remember the person and send the window back at once.
  const login = visit.page.getByLabel(/user ?name/i);
  await heading("Photos").or(login).first().waitFor();
  if (await login.isVisible()) {
    await fillLogin(visit.page, visit.user);
  }
  await heading("Photos").waitFor();
  await expect.poll(path).toBe("/photos?any=Outdoors");
  expect(await visit.page.getByText("Your sign-in has ended").count()).toBe(0);
  await held();
});

test("signs out, and leaves nothing of the session in the tab", async () => {
  await visit.page.getByRole("button", { name: /^Account of/ }).click();
  // By way of the login, which ends its session, too.
  const back = visit.page.waitForEvent("load");
  await visit.page.getByRole("menuitem", { name: "Sign out" }).click();
  await back;
  await visit.page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await visit.page.title()).toBe("Sign in - PAM");
  expect(await visit.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith("oidc.user:")))).toEqual([]);
  await visit.open("/archives");
  await visit.page.getByRole("button", { name: "Sign in" }).waitFor();
});

test("put no token into an address or where other tabs read", async () => {
  expect(tokens.size).toBeGreaterThanOrEqual(4);
  const kept = await visit.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  for (const token of tokens) {
    expect(kept.includes(token)).toBe(false);
    // The login's page to sign out at gets the id token as a hint, which opens nothing.
    expect(addresses.filter((address) => address.includes(token))).toEqual([]);
  }
  expect(addresses.filter((address) => /access_token|refresh_token/.test(address))).toEqual([]);
});

test("asked no other host, broke no rule of the content security policy and logged no error", () => {
  const { foreign, policy, console } = visit.offences;
  expect({ foreign, policy }).toEqual({ foreign: [], policy: [] });
  // Chromium itself logs each request that fails for want of a network, which one test takes away, and a refused renewal.
  expect(console.filter((line) => !/ERR_INTERNET_DISCONNECTED|\/token\)$|could not be renewed/.test(line))).toEqual([]);
});
