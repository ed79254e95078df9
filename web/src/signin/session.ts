import { ErrorResponse, ErrorTimeout, type User, type UserManager } from "oidc-client-ts";

/** Who is signed in, and what for. */
export interface Person {
  /** The person's lasting id at the issuer. */
  readonly id: string;
  /** The name to show. */
  readonly name: string;
  /** The scopes that the issuer granted, which can be fewer than were asked for. */
  readonly scopes: readonly string[];
}

/** What went wrong with signing in or out, and what to try again. */
export interface Problem {
  /** One or more sentences for the person at the page. */
  readonly message: string;
  readonly retry: "signIn" | "signOut";
}

/** A session as a page shows it. `leaving` is the moment between a click and the issuer's page. */
export type SessionState =
  | {
      readonly status: "signedOut";
      readonly problem?: Problem;
      /** Who was signed in on this page until the session ended by itself: what the page shows is still theirs. */
      readonly lapsed?: Person;
    }
  | { readonly status: "signedIn"; readonly person: Person; readonly problem?: Problem }
  | { readonly status: "leaving" };

/** The part of the OpenID Connect client that a Session uses. */
export type Client = Pick<
  UserManager,
  | "getUser"
  | "removeUser"
  | "revokeTokens"
  | "signinPopup"
  | "signinRedirect"
  | "signinRedirectCallback"
  | "signinSilent"
  | "signoutRedirect"
> & {
  readonly events: Pick<UserManager["events"], "addAccessTokenExpiring" | "addAccessTokenExpired">;
  readonly metadataService: Pick<UserManager["metadataService"], "getEndSessionEndpoint" | "getRevocationEndpoint">;
};

/** The part of the browser that a Session uses. */
export interface Browser {
  readonly location: Pick<Location, "href" | "assign" | "reload">;
  readonly history: Pick<History, "state" | "replaceState">;
}

/**
 * What an issuer adds to the address when it sends a person back (RFC 6749, section 4.1.2; RFC 9207; OpenID Connect
 * Session Management 1.0, section 2).
 */
const responseParameters = ["code", "state", "error", "error_description", "error_uri", "iss", "session_state"];

/** Marks, in the `state` of a sign-in, that it runs in a window of its own. The library puts it behind a semicolon. */
const popupMark = "popup";

/** Says whether the address is an issuer's answer to a sign-in that another window of this page waits for. */
export function isPopupAnswer(href: string): boolean {
  const { searchParams } = new URL(href);
  return ["code", "error"].some((name) => searchParams.has(name)) && (searchParams.get("state") ?? "").endsWith(`;${popupMark}`);
}

/**
 * Signs a person in at the issuer, by authorization code with PKCE, and keeps the access token fresh. It has the shape
 * that React's useSyncExternalStore takes: `subscribe` and `state`.
 */
export class Session {
  #state: SessionState = { status: "signedOut" };
  #renewal: Promise<User> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #client: Client;
  readonly #logoutUrl: string | null;
  readonly #browser: Browser;

  /** @param logoutUrl see Settings.logoutUrl. */
  constructor(client: Client, logoutUrl: string | null, browser: Browser = window) {
    this.#client = client;
    this.#logoutUrl = logoutUrl;
    this.#browser = browser;
    client.events.addAccessTokenExpiring(() => void this.#renewQuietly());
    client.events.addAccessTokenExpired(() => void this.#renewQuietly());
  }

  /** Calls the listener after each change of state, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The state now: the same object until it changes. */
  readonly state = (): SessionState => this.#state;

  /**
   * Takes up the session that this tab has, or the answer that the issuer has just sent the person back with. Call it
   * once when the page loads, and again when the browser shows the page anew out of its back/forward cache. It does not
   * reject: what goes wrong is in the state.
   */
  async resume(): Promise<void> {
    const address = new URL(this.#browser.location.href);
    const answered = ["code", "error"].some((name) => address.searchParams.has(name));
    try {
      if (answered) {
        // First of all, so that neither a reload nor the history tries the code again.
        this.#cleanAddress(address);
        const user = await this.#client.signinRedirectCallback(address.href);
        this.#returnTo(user.state);
        this.#show(user);
        return;
      }
      this.#cleanAddress(address);
      const user = await this.#client.getUser();
      if (user === null) {
        this.#set({ status: "signedOut" });
      } else if (user.expired === true) {
        this.#show(await this.#renew());
      } else {
        this.#show(user);
      }
    } catch (error) {
      await this.#showProblem(error, "signIn");
    }
  }

  /**
   * Sends the browser to the issuer's login page.
   * @param returnTo the path to show afterwards, where it is another than the redirect URI's.
   */
  async signIn(returnTo?: string): Promise<void> {
    this.#set({ status: "leaving" });
    try {
      await this.#client.signinRedirect(returnTo === undefined ? undefined : { state: returnTo });
    } catch (error) {
      await this.#showProblem(error, "signIn");
    }
  }

  /**
   * Lets the person whose session has ended sign in again in a window of its own, so that the page keeps what it holds.
   * Call it from a click: browsers open no windows otherwise. It does not reject: what goes wrong is in the state.
   */
  async signInAgain(): Promise<void> {
    const before = this.#state;
    const lapsed = before.status === "signedOut" ? before.lapsed : undefined;
    try {
      const user = await this.#client.signinPopup({ url_state: popupMark, popupAbortOnClose: true });
      if (lapsed !== undefined && lapsed.id !== user.profile.sub) {
        // Somebody else: nothing of what the page holds is theirs.
        this.#browser.location.reload();
        return;
      }
      this.#show(user);
    } catch (error) {
      const problem = { message: describe(error), retry: "signIn" as const };
      this.#set(lapsed === undefined ? { status: "signedOut", problem } : { status: "signedOut", problem, lapsed });
    }
  }

  /**
   * Forgets the tokens and ends the session at the issuer. Where the issuer cannot be reached the person stays signed
   * in and is told: a session that silently lived on there would sign the next person in as this one.
   */
  async signOut(): Promise<void> {
    this.#set({ status: "leaving" });
    try {
      const endSession = await this.#client.metadataService.getEndSessionEndpoint();
      await this.#revoke();
      if (this.#logoutUrl !== null) {
        await this.#client.removeUser();
        this.#browser.location.assign(this.#logoutUrl);
      } else if (endSession !== undefined) {
        await this.#client.signoutRedirect();
      } else {
        await this.#client.removeUser();
        this.#set({ status: "signedOut" });
      }
    } catch (error) {
      await this.#showProblem(error, "signOut");
    }
  }

  /**
   * An access token that is still good, renewed first where need be; undefined when nobody is signed in.
   * @throws Error when the issuer cannot be reached to renew it.
   */
  async accessToken(): Promise<string | undefined> {
    const user = await this.#client.getUser();
    if (user?.expired !== true) {
      return user?.access_token;
    }
    try {
      return (await this.#renew()).access_token;
    } catch (error) {
      if (error instanceof SessionOver) {
        return undefined;
      }
      throw new Error(describe(error), { cause: error });
    }
  }

  /**
   * An access token for a request that the server refused for want of a good one, although it looked good here: the
   * server's clock or keys may differ. Undefined when the session is over.
   * @param refused the token that was refused.
   * @throws Error when the issuer cannot be reached.
   */
  async replaceToken(refused: string): Promise<string | undefined> {
    const user = await this.#client.getUser();
    if (user !== null && user.access_token !== refused && user.expired !== true) {
      return user.access_token;
    }
    try {
      const renewed = user?.refresh_token ? await this.#renew() : await this.#end();
      return renewed.access_token;
    } catch (error) {
      if (error instanceof SessionOver) {
        return undefined;
      }
      throw new Error(describe(error), { cause: error });
    }
  }

  /** Renews ahead of need. When that fails for want of a network, the next accessToken() tries again. */
  async #renewQuietly(): Promise<void> {
    try {
      this.#show(await this.#renew());
    } catch (error) {
      if (!(error instanceof SessionOver)) {
        console.warn("The access token could not be renewed yet.", error);
      }
    }
  }

  /** One renewal at a time: a refresh token may be good for one use. */
  #renew(): Promise<User> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renewOnce(): Promise<User> {
    const user = await this.#client.getUser();
    // Without a refresh token the client would fall back to a hidden frame, which no issuer of ours lets itself be
    // shown in.
    if (!user?.refresh_token) {
      if (user?.expired === false) {
        return user;
      }
      return await this.#end();
    }
    try {
      const renewed = await this.#client.signinSilent();
      return renewed ?? (await this.#end());
    } catch (error) {
      // The issuer refused, which is final; anything else may pass.
      if (error instanceof ErrorResponse) {
        return await this.#end();
      }
      throw error;
    }
  }

  async #end(): Promise<never> {
    await this.#client.removeUser();
    const over = new SessionOver();
    const problem = { message: over.message, retry: "signIn" as const };
    const lapsed = this.#state.status === "signedIn" ? this.#state.person : this.#lapsed();
    this.#set(lapsed === undefined ? { status: "signedOut", problem } : { status: "signedOut", problem, lapsed });
    throw over;
  }

  #lapsed(): Person | undefined {
    return this.#state.status === "signedOut" ? this.#state.lapsed : undefined;
  }

  /** Shows the path that the sign-in began at. It must be one of this origin, whatever the storage holds. */
  #returnTo(path: unknown): void {
    if (typeof path === "string" && /^\/(?![/\\])/.test(path)) {
      this.#browser.history.replaceState(this.#browser.history.state, "", path);
    }
  }

  /** A refresh token outlives the issuer's session at some issuers (Cognito). Failing to revoke it stops nobody. */
  async #revoke(): Promise<void> {
    try {
      if ((await this.#client.metadataService.getRevocationEndpoint()) !== undefined) {
        await this.#client.revokeTokens(["refresh_token"]);
      }
    } catch (error) {
      console.warn("The refresh token could not be revoked; it expires by itself.", error);
    }
  }

  #cleanAddress(address: URL): void {
    const clean = new URL(address);
    for (const name of responseParameters) {
      clean.searchParams.delete(name);
    }
    if (clean.href !== address.href) {
      this.#browser.history.replaceState(this.#browser.history.state, "", clean.href);
    }
  }

  #show(user: User): void {
    this.#set({ status: "signedIn", person: personOf(user) });
  }

  /** Shows what went wrong. A session that is there stays: a link with a made-up answer must not sign anybody out. */
  async #showProblem(error: unknown, retry: Problem["retry"]): Promise<void> {
    const problem = { message: describe(error), retry };
    const user = await this.#client.getUser();
    this.#set(user?.expired === false ? { status: "signedIn", person: personOf(user), problem } : { status: "signedOut", problem });
  }

  #set(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** The issuer no longer renews the session, or was never going to. */
class SessionOver extends Error {
  override name = "SessionOver";
  override message = "Your sign-in has ended. Sign in again to go on.";
}

function personOf({ profile, scopes }: User): Person {
  const names = [profile["cognito:username"], profile.preferred_username, profile.name, profile.email];
  const name = names.find((candidate): candidate is string => typeof candidate === "string" && candidate !== "");
  return { id: profile.sub, name: name ?? profile.sub, scopes };
}

/** Says in plain words what an error of the OpenID Connect client means. */
function describe(error: unknown): string {
  if (error instanceof SessionOver) {
    return error.message;
  }
  if (error instanceof ErrorResponse) {
    if (error.error === "access_denied") {
      return "The sign-in was cancelled.";
    }
    return `The login refused: ${error.error_description ?? error.error ?? "it does not say why"}.`;
  }
  // fetch() rejects with a TypeError when there is no answer at all (Fetch standard, section 5.6).
  if (error instanceof ErrorTimeout || error instanceof TypeError) {
    return "The login cannot be reached.";
  }
  const message = error instanceof Error ? error.message : String(error);
  // The library's words for a window that the person closed, and for one that the browser did not open.
  if (/popup closed/i.test(message)) {
    return "The sign-in window was closed before you were signed in.";
  }
  if (/popup|disposed window/i.test(message)) {
    return "The browser did not open the sign-in window. Allow pop-up windows for this page, or sign in in this one.";
  }
  if (/\bstate\b/i.test(message)) {
    // The library finds no record of the request that this would be the answer to.
    return "This sign-in is over, or it was begun in another tab.";
  }
  return `The login did not work: ${message}`;
}
