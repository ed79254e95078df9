import { fileURLToPath } from "node:url";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/**
 * Starts Chromium: the one that CHROMIUM names, or else Debian's. It resolves no host but the loopback interface, so
 * that a page which needs anything from elsewhere fails here as it would offline.
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
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

/** What a page must not do, as it happens. */
export interface Offences {
  /** Requests to a host other than 127.0.0.1. */
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
    if (url.hostname !== "127.0.0.1" && /^(https?|wss?):$/.test(url.protocol)) {
      offences.foreign.push(request.url());
    }
  });
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isRefusal(message.text(), message.location().url)) {
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

/** Chromium itself logs each 401; one from the API is its way to say that a query needs a sign-in. */
function isRefusal(text: string, url: string): boolean {
  return text.includes("status of 401") && new URL(url).pathname === "/graphql";
}

/** Keeps what the page looks like, for people, in e2e/screenshots. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: fileURLToPath(new URL(`screenshots/${name}.png`, import.meta.url)) });
}
