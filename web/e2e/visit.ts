import { randomUUID } from "node:crypto";

import type { Browser, BrowserContext, Page } from "playwright-core";

import { startBrowser, watch, type Offences } from "./browser";
import { startPam, type Pam } from "./pam";

/** A person's visit: a running PAM, a browser, and one window of it. */
export interface Visit {
  readonly pam: Pam;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages have done that they must not. */
  readonly offences: Offences;
  /** Who visits: PAM_USER, or somebody new. */
  readonly user: string;
  /** Opens a path of the application. */
  open(path: string): Promise<void>;
  /** Ends it all. */
  end(): Promise<void>;
}

/** How long to wait for anything on a page, in milliseconds. */
const patience = 60_000;

/** Begins a visit; nobody is signed in, and no page is open. */
export async function beginVisit(): Promise<Visit> {
  const pam = await startPam();
  try {
    const browser = await startBrowser();
    const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, colorScheme: "light", acceptDownloads: true });
    context.setDefaultTimeout(patience);
    const offences = await watch(context);
    const page = await context.newPage();
    return {
      pam,
      browser,
      context,
      page,
      offences,
      user: process.env.PAM_USER ?? `dan-${randomUUID().slice(0, 8)}`,
      open: async (path) => {
        await page.goto(pam.url + path);
      },
      end: async () => {
        await browser.close();
        await pam.stop();
      },
    };
  } catch (error) {
    await pam.stop();
    throw error;
  }
}

/** Signs in from the sign-in page, by the login that the deployment has; PAM_PASSWORD is for one that asks. */
export async function signIn({ page, user }: Pick<Visit, "page" | "user">): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await fillLogin(page, user);
  await page.getByRole("navigation", { name: "Pages" }).or(page.getByRole("button", { name: "Open the navigation" })).first().waitFor();
}

/** Fills in the login's own page. */
export async function fillLogin(page: Page, user: string): Promise<void> {
  await page.getByLabel(/user ?name|e-?mail/i).first().fill(user);
  const password = page.getByLabel(/password/i).first();
  if (process.env.PAM_PASSWORD !== undefined && (await password.isVisible())) {
    await password.fill(process.env.PAM_PASSWORD);
  }
  await page.getByRole("button", { name: /^sign in$/i }).first().click();
}
