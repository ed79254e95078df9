import { expect, test } from "vitest";

import { loadSettings, parseSettings, SettingsError } from "./settings";

const valid = {
  issuer: "http://127.0.0.1:8080/oidc",
  clientId: "pam-web",
  scopes: ["openid", "profile", "pam/labels.read"],
  logoutUrl: null,
  live: "sse",
};

test.each([
  { name: "as the laptop serves them", reason: "The documented form must be read whole.", body: valid, want: valid },
  {
    name: "with a logout URL and polling",
    reason: "Cognito behind an API without streaming needs both.",
    body: { ...valid, logoutUrl: "https://login.example.org/logout?client_id=a", live: "poll" },
    want: { ...valid, logoutUrl: "https://login.example.org/logout?client_id=a", live: "poll" },
  },
  {
    name: "without logoutUrl",
    reason: "A missing link means the same as null.",
    body: { ...valid, logoutUrl: undefined },
    want: valid,
  },
  {
    name: "with a member of a later version",
    reason: "A page in an open tab must outlive a server update.",
    body: { ...valid, region: "eu-central-1" },
    want: valid,
  },
])("parses settings $name", ({ body, want, reason }) => {
  expect(parseSettings(body), reason).toEqual(want);
});

test.each([
  { name: "a list", reason: "Only an object has members.", body: [], want: "not an object" },
  { name: "null", reason: "typeof null is object.", body: null, want: "not an object" },
  { name: "a relative issuer", reason: "Discovery needs a host.", body: { ...valid, issuer: "/oidc" }, want: "issuer" },
  {
    name: "a script as issuer",
    reason: "The page sends the browser there.",
    body: { ...valid, issuer: "javascript:alert(1)" },
    want: "issuer",
  },
  { name: "no client", reason: "No issuer knows it.", body: { ...valid, clientId: " " }, want: "clientId" },
  { name: "scopes as text", reason: "The contract says list.", body: { ...valid, scopes: "openid" }, want: "scopes" },
  {
    name: "no openid scope",
    reason: "Without it there is no id token, so nobody is signed in.",
    body: { ...valid, scopes: ["pam/labels.read"] },
    want: "scopes",
  },
  {
    name: "a script as logout URL",
    reason: "The page sends the browser there.",
    body: { ...valid, logoutUrl: "javascript:alert(1)" },
    want: "logoutUrl",
  },
  { name: "an unknown way to be live", reason: "Guessing hides a typo.", body: { ...valid, live: "ws" }, want: "live" },
])("refuses $name", ({ body, want, reason }) => {
  expect(() => parseSettings(body), reason).toThrow(want);
});

test.each([
  {
    name: "the server is gone",
    reason: "The browser's own text says only 'Failed to fetch'.",
    answer: () => Promise.reject(new TypeError("Failed to fetch")),
    want: "cannot be reached",
  },
  {
    name: "the server fails",
    reason: "The status is what an operator can look for.",
    answer: () => Promise.resolve(new Response("", { status: 503 })),
    want: "503",
  },
  {
    name: "the answer is a page",
    reason: "A proxy in front may answer HTML.",
    answer: () => Promise.resolve(new Response("<!doctype html>")),
    want: "not JSON",
  },
])("says so when $name", async ({ answer, want, reason }) => {
  const got = loadSettings(answer);
  await expect(got, reason).rejects.toThrow(want);
  await expect(got, reason).rejects.toBeInstanceOf(SettingsError);
});

test("loads and parses", async () => {
  await expect(loadSettings(() => Promise.resolve(Response.json(valid)))).resolves.toEqual(valid);
});
