import { fileURLToPath } from "node:url";

import { expect } from "vitest";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

import { violations } from "./axe";

/**
 * The hosts that the pages may talk to: this computer, or the deployment that PAM_URL names and what PAM_HOSTS lists
 * beside it, such as the hosts of its login and of its object store.
 */
const hosts = [
  ...(process.env.PAM_URL === undefined ? ["127.0.0.1"] : [new URL(process.env.PAM_URL).hostname]),
  ...(process.env.PAM_HOSTS?.split(",").map((host) => host.trim()) ?? []),
];

/**
 * Starts Chromium: the one that CHROMIUM names, or else Debian's. It resolves no other hosts, so that a page which needs
 * anything from elsewhere fails here as it would offline.
 */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=${["MAP * ~NOTFOUND", ...hosts.map((host) => `EXCLUDE ${host}`)].join(", ")}`,
    ],
  });
}

/** What a page must not do, as it happens. */
export interface Offences {
  /** Requests to a host that the pages have no business with. */
  readonly foreign: string[];
  /** Errors and warnings on the console, uncaught errors among them. */
  readonly console: string[];
  /** Breaches of the content security policy. */
  readonly policy: string[];
}

/** Watches all pages of a context, from now on. */
export async function watch(context: BrowserContext): Promise<Offences> {
  const offences: Offences = { foreign: [], console: [], policy: [] };
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!hosts.includes(url.hostname) && /^(https?|wss?):$/.test(url.protocol)) {
      offences.foreign.push(request.url());
    }
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isExpected(message.text(), message.location().url)) {
      offences.console.push(`${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => {
    offences.console.push(String(error.error()));
  });
  await context.exposeFunction("reportPolicyBreach", (breach: string) => {
    offences.policy.push(breach);
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportPolicyBreach: (breach: string) => void }).reportPolicyBreach;
      report(`${event.violatedDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return offences;
}

/**
 * Chromium itself logs each 401; one from the API is its way to say that a query needs a sign-in. It also logs that there is
 * no icon beside a picture which is opened alone, as the store gives it.
 */
function isExpected(text: string, location: string): boolean {
  if (!text.includes("Failed to load resource")) {
    return false;
  }
  const { pathname } = new URL(location);
  return (text.includes("status of 401") && pathname === "/graphql") || (text.includes("status of 404") && pathname === "/favicon.ico");
}

/** Where pictures of the pages go: build output, for people to look at. */
const pictures = new URL("../../build/screenshots/", import.meta.url);

/** Keeps what the page looks like now, for people, in build/screenshots. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, pictures)), animations: "disabled" });
}

/** The looks that a page is kept in: light and dark, on a desk and on a phone; 320 px is the narrowest there is. */
const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1366, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1366, height: 900 } },
  { name: "phone", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { name: "phone-dark", colorScheme: "dark", viewport: { width: 320, height: 640 } },
] as const;

/**
 * Keeps what the page looks like in each look, and checks in each that nothing sticks out to the right and that axe finds
 * nothing that keeps people out. The first look is restored afterwards.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const { name: look, colorScheme, viewport } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    await settle(page);
    await screenshot(page, `${name}-${look}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${name}, ${look}: nothing may stick out to the right`).toBeLessThanOrEqual(0);
    expect(await violations(page), `${name}, ${look}: axe`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: looks[0].colorScheme });
  await page.setViewportSize(looks[0].viewport);
  await settle(page);
}

/** Waits until the page is there, a part of it that loads late too, and has drawn what a change of its size or colours brings. */
async function settle(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor();
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const running = document.getAnimations().filter(({ effect }) => effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(running.map(({ finished }) => finished));
  });
}
