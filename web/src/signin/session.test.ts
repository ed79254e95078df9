import { ErrorResponse, User } from "oidc-client-ts";
import { expect, test, vi } from "vitest";

import { isPopupAnswer, Session, type Browser, type Client } from "./session";

const page = "http://127.0.0.1:8080/graphiql";

function user(changes: Partial<ConstructorParameters<typeof User>[0]> = {}): User {
  return new User({
    access_token: "token-1",
    refresh_token: "refresh-1",
    token_type: "Bearer",
    scope: "openid pam/labels.read",
    expires_at: Date.now() / 1000 + 600,
    profile: { sub: "s-1", iss: "http://127.0.0.1:8080/oidc", aud: "pam-web", exp: 0, iat: 0, "cognito:username": "dan" },
    ...changes,
  });
}

const expired = Date.now() / 1000 - 5;

/** A stand-in for the OpenID Connect client, which keeps one user; and the browser's address. */
function setUp({ stored = null, href = page }: { stored?: User | null; href?: string } = {}) {
  let kept = stored;
  const raised: { expiring?: () => unknown; expired?: () => unknown } = {};
  const unused = () => Promise.reject(new Error("not expected in this test"));
  const client = {
    getUser: vi.fn<Client["getUser"]>(() => Promise.resolve(kept)),
    removeUser: vi.fn<Client["removeUser"]>(() => {
      kept = null;
      return Promise.resolve();
    }),
    revokeTokens: vi.fn<Client["revokeTokens"]>(() => Promise.resolve()),
    signinPopup: vi.fn<Client["signinPopup"]>(unused),
    signinRedirect: vi.fn<Client["signinRedirect"]>(unused),
    signinRedirectCallback: vi.fn<Client["signinRedirectCallback"]>(unused),
    signinSilent: vi.fn<Client["signinSilent"]>(unused),
    signoutRedirect: vi.fn<Client["signoutRedirect"]>(() => {
      kept = null;
      return Promise.resolve();
    }),
    events: {
      addAccessTokenExpiring: (callback: () => unknown) => {
        raised.expiring = callback;
        return vi.fn();
      },
      addAccessTokenExpired: (callback: () => unknown) => {
        raised.expired = callback;
        return vi.fn();
      },
    },
    metadataService: {
      getEndSessionEndpoint: vi.fn<() => Promise<string | undefined>>(() => Promise.resolve("http://127.0.0.1:8080/oidc/logout")),
      getRevocationEndpoint: () => Promise.resolve("http://127.0.0.1:8080/oidc/revoke"),
    },
  };
  const browser = {
    location: {
      href,
      assign: vi.fn((url: string | URL) => {
        browser.location.href = String(url);
      }),
      reload: vi.fn(),
    },
    history: {
      state: null,
      replaceState: vi.fn((_: unknown, __: string, url?: string | URL | null) => {
        browser.location.href = String(url);
      }),
    },
  } satisfies Browser;
  const keep = (next: User) => {
    kept = next;
    return Promise.resolve(next);
  };
  const open = (logoutUrl: string | null = null) => new Session(client, logoutUrl, browser);
  return { client, browser, raised, keep, open };
}

test.each([
  { name: "nobody", reason: "A first visit shows the way in.", stored: null, want: { status: "signedOut" } },
  {
    name: "the person of this tab",
    reason: "A reload must not sign anybody out.",
    stored: user(),
    want: { status: "signedIn", person: { id: "s-1", name: "dan", scopes: ["openid", "pam/labels.read"] } },
  },
  {
    name: "someone without a user name",
    reason: "Not every issuer has Cognito's claim; sub is always there.",
    stored: user({ profile: { sub: "s-2", iss: "i", aud: "a", exp: 0, iat: 0 } }),
    want: { status: "signedIn", person: { id: "s-2", name: "s-2", scopes: ["openid", "pam/labels.read"] } },
  },
  {
    name: "a session past its time that cannot be renewed",
    reason: "Its token would only be refused, one query after the other.",
    stored: user({ expires_at: expired, refresh_token: "" }),
    want: { status: "signedOut", problem: { message: expect.stringContaining("has ended") as string, retry: "signIn" } },
  },
])("takes up $name", async ({ stored, want, reason }) => {
  const { open } = setUp({ stored });
  const session = open();
  await session.resume();
  expect(session.state(), reason).toEqual(want);
});

test("renews a session past its time, because closing the lid for an hour is no sign-out", async () => {
  const { client, keep, open } = setUp({ stored: user({ expires_at: expired }) });
  client.signinSilent.mockImplementation(() => keep(user({ access_token: "token-2" })));
  const session = open();
  await session.resume();
  expect(session.state().status).toBe("signedIn");
  expect(await session.accessToken()).toBe("token-2");
});

test("uses a code once and takes it out of the address, so that neither history nor a reload has it", async () => {
  const { client, browser, keep, open } = setUp({ href: `${page}?code=c&state=s&iss=i&view=docs#x` });
  client.signinRedirectCallback.mockImplementation(() => keep(user()));
  const session = open();
  await session.resume();
  expect(client.signinRedirectCallback).toHaveBeenCalledExactlyOnceWith(`${page}?code=c&state=s&iss=i&view=docs#x`);
  expect(browser.location.href).toBe(`${page}?view=docs#x`);
  expect(session.state().status).toBe("signedIn");
});

test("takes the state that a logout leaves out of the address without treating it as a sign-in", async () => {
  const { client, browser, open } = setUp({ href: `${page}?state=s` });
  const session = open();
  await session.resume();
  expect(client.signinRedirectCallback).not.toHaveBeenCalled();
  expect(browser.location.href).toBe(page);
});

test.each([
  {
    name: "the person cancelled",
    reason: "Nothing is broken, so nothing may look broken.",
    error: new ErrorResponse({ error: "access_denied" }),
    want: "cancelled",
  },
  {
    name: "the issuer refused",
    reason: "Its own description is what an operator needs.",
    error: new ErrorResponse({ error: "invalid_scope", error_description: "unknown scope pam/x" }),
    want: "unknown scope pam/x",
  },
  {
    name: "the issuer is out of reach",
    reason: "'Failed to fetch' says nothing to a person.",
    error: new TypeError("Failed to fetch"),
    want: "cannot be reached",
  },
  {
    name: "the answer belongs to no request of this tab",
    reason: "An old link, or a link that somebody else made up (login CSRF).",
    error: new Error("No matching state found in storage"),
    want: "begun in another tab",
  },
])("says so, and offers to try again, when $name", async ({ error, want, reason }) => {
  const { client, browser, open } = setUp({ href: `${page}?code=c&state=s` });
  client.signinRedirectCallback.mockRejectedValue(error);
  const session = open();
  await session.resume();
  expect(session.state(), reason).toEqual({
    status: "signedOut",
    problem: { message: expect.stringContaining(want) as string, retry: "signIn" },
  });
  expect(browser.location.href, "a reload must not repeat the failure").toBe(page);
});

test("keeps who is signed in when a link brings an answer that nobody asked for", async () => {
  const { client, open } = setUp({ stored: user(), href: `${page}?code=forged&state=forged` });
  client.signinRedirectCallback.mockRejectedValue(new Error("No matching state found in storage"));
  const session = open();
  await session.resume();
  expect(session.state()).toMatchObject({ status: "signedIn", person: { name: "dan" }, problem: { retry: "signIn" } });
});

test("reports a sign-in that cannot begin, and tells its listeners of each step", async () => {
  const { client, open } = setUp();
  client.signinRedirect.mockRejectedValue(new TypeError("Failed to fetch"));
  const session = open();
  const seen: string[] = [];
  const stop = session.subscribe(() => seen.push(session.state().status));
  await session.signIn();
  stop();
  await session.resume();
  expect(seen).toEqual(["leaving", "signedOut"]);
});

test("renews once however many ask, because a refresh token may be good for one use", async () => {
  const { client, raised, keep, open } = setUp({ stored: user({ expires_at: expired }) });
  client.signinSilent.mockImplementation(() => keep(user({ access_token: "token-2" })));
  const session = open();
  const [a, b] = await Promise.all([session.accessToken(), session.accessToken(), raised.expiring?.()]);
  expect([a, b]).toEqual(["token-2", "token-2"]);
  expect(client.signinSilent).toHaveBeenCalledOnce();
});

test("renews before the token expires, so that no query waits for it", async () => {
  const { client, raised, keep, open } = setUp({ stored: user() });
  client.signinSilent.mockImplementation(() => keep(user({ access_token: "token-2" })));
  const session = open();
  raised.expiring?.();
  await vi.waitFor(() => {
    expect(session.state().status).toBe("signedIn");
  });
  expect(await session.accessToken()).toBe("token-2");
});

test("ends the session when the issuer refuses to renew it", async () => {
  const { client, open } = setUp({ stored: user({ expires_at: expired }) });
  client.signinSilent.mockRejectedValue(new ErrorResponse({ error: "invalid_grant" }));
  const session = open();
  expect(await session.accessToken()).toBeUndefined();
  expect(session.state()).toMatchObject({ status: "signedOut", problem: { retry: "signIn" } });
  expect(client.removeUser, "a dead refresh token must not be tried at each query").toHaveBeenCalledOnce();
});

test("keeps the session when the network fails during renewal, because that passes", async () => {
  const { client, keep, open } = setUp({ stored: user({ expires_at: expired }) });
  client.signinSilent.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  const session = open();
  await expect(session.accessToken()).rejects.toThrow("cannot be reached");
  client.signinSilent.mockImplementation(() => keep(user({ access_token: "token-2" })));
  expect(await session.accessToken()).toBe("token-2");
});

test("signs out by the issuer's end session endpoint and revokes the refresh token", async () => {
  const { client, open } = setUp({ stored: user() });
  const session = open();
  await session.resume();
  await session.signOut();
  expect(client.revokeTokens).toHaveBeenCalledExactlyOnceWith(["refresh_token"]);
  expect(client.signoutRedirect).toHaveBeenCalledOnce();
});

test("prefers a logout URL of the settings, because Cognito's endpoint does not follow the standard", async () => {
  const { client, browser, open } = setUp({ stored: user() });
  const session = open("https://login.example.org/logout");
  await session.resume();
  await session.signOut();
  expect(browser.location.assign).toHaveBeenCalledExactlyOnceWith("https://login.example.org/logout");
  expect(client.removeUser).toHaveBeenCalledOnce();
  expect(client.signoutRedirect).not.toHaveBeenCalled();
});

test("signs out of this tab alone where the issuer has no way to end a session", async () => {
  const { client, open } = setUp({ stored: user() });
  client.metadataService.getEndSessionEndpoint.mockResolvedValue(undefined);
  const session = open();
  await session.resume();
  await session.signOut();
  expect(session.state()).toEqual({ status: "signedOut" });
  expect(await session.accessToken()).toBeUndefined();
});

test("signs out even when the refresh token cannot be revoked", async () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const { client, open } = setUp({ stored: user() });
  client.revokeTokens.mockRejectedValue(new ErrorResponse({ error: "unsupported_token_type" }));
  const session = open();
  await session.resume();
  await session.signOut();
  expect(client.signoutRedirect).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledOnce();
});

test("stays signed in, and says so, when the issuer cannot be reached to sign out", async () => {
  const { client, open } = setUp({ stored: user() });
  client.metadataService.getEndSessionEndpoint.mockRejectedValue(new TypeError("Failed to fetch"));
  const session = open();
  await session.resume();
  await session.signOut();
  expect(session.state()).toMatchObject({
    status: "signedIn",
    person: { name: "dan" },
    problem: { message: "The login cannot be reached.", retry: "signOut" },
  });
});

/** A session whose person is signed in on the page, and whose refresh token the issuer then refuses. */
async function lapse() {
  const world = setUp({ stored: user() });
  world.client.signinSilent.mockRejectedValue(new ErrorResponse({ error: "invalid_grant" }));
  const session = world.open();
  await session.resume();
  expect(await session.replaceToken("token-1")).toBeUndefined();
  return { ...world, session };
}

test("remembers who was signed in when the session ends by itself, because the page is still theirs", async () => {
  const { session } = await lapse();
  expect(session.state()).toMatchObject({ status: "signedOut", lapsed: { id: "s-1", name: "dan" }, problem: { retry: "signIn" } });
});

test("goes on as before when the same person signs in again in a window", async () => {
  const { client, browser, keep, session } = await lapse();
  client.signinPopup.mockImplementation(() => keep(user({ access_token: "token-2" })));
  await session.signInAgain();
  expect(session.state()).toMatchObject({ status: "signedIn", person: { id: "s-1" } });
  expect(await session.accessToken()).toBe("token-2");
  expect(browser.location.reload).not.toHaveBeenCalled();
});

test("begins anew when another person signs in in the window, because what the page holds is not theirs", async () => {
  const { client, browser, keep, session } = await lapse();
  const other = user({ profile: { sub: "s-9", iss: "i", aud: "a", exp: 0, iat: 0 } });
  client.signinPopup.mockImplementation(() => keep(other));
  await session.signInAgain();
  expect(browser.location.reload).toHaveBeenCalledOnce();
  expect(session.state().status, "not for a moment is the other shown this page").toBe("signedOut");
});

test.each([
  { name: "was closed", reason: "The person changed their mind.", error: new Error("Popup closed by user"), want: "was closed" },
  { name: "was blocked", reason: "Browsers block windows silently.", error: new Error("Popup blocked by user"), want: "Allow pop-up windows" },
])("keeps the page, and says so, when the window $name", async ({ error, want, reason }) => {
  const { client, session } = await lapse();
  client.signinPopup.mockRejectedValue(error);
  await session.signInAgain();
  expect(session.state(), reason).toMatchObject({ lapsed: { id: "s-1" }, problem: { message: expect.stringContaining(want) as string } });
});

test.each([
  { name: "a path of this site", reason: "Mail leads to an archive.", state: "/archives/a?x=1", want: "/archives/a?x=1" },
  { name: "another site", reason: "Two slashes name a host.", state: "//evil.example/", want: page },
  { name: "another site, backwards", reason: "Browsers read a backslash as a slash.", state: "/\\evil.example", want: page },
  { name: "no path", reason: "GraphiQL asks for none.", state: undefined, want: page },
])("returns to where the sign-in began: $name", async ({ state, want, reason }) => {
  const { client, browser, keep, open } = setUp({ href: `${page}?code=c&state=s` });
  client.signinRedirectCallback.mockImplementation(() => keep(user({ userState: state })));
  await open().resume();
  expect(browser.location.href, reason).toBe(want);
});

test("replaces a token that the server refused, unless that has been done already", async () => {
  const { client, keep, open } = setUp({ stored: user() });
  client.signinSilent.mockImplementation(() => keep(user({ access_token: "token-2" })));
  const session = open();
  expect(await session.replaceToken("token-1")).toBe("token-2");
  expect(await session.replaceToken("token-1"), "another request was refused with the same token").toBe("token-2");
  expect(client.signinSilent).toHaveBeenCalledOnce();
});

test.each([
  { name: "the popup's answer", href: `${page}?code=c&state=s;popup`, want: true },
  { name: "the popup's refusal", href: `${page}?error=access_denied&state=s%3Bpopup`, want: true },
  { name: "an answer to this window", href: `${page}?code=c&state=s`, want: false },
  { name: "no answer", href: `${page}?state=s;popup`, want: false },
])("tells which window an answer is for: $name", ({ href, want }) => {
  expect(isPopupAnswer(href)).toBe(want);
});
