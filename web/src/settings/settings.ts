/** What a deployment tells its pages at run time, in `/config.json`; the bundle itself is the same everywhere. */
export interface Settings {
  /** The OpenID Connect issuer that signs people in: an absolute http(s) URL. */
  readonly issuer: string;
  /** The `client_id` of these pages at that issuer. */
  readonly clientId: string;
  /** The scopes to ask for, `openid` among them. */
  readonly scopes: readonly string[];
  /**
   * Where to go to end the session at an issuer that does not follow OpenID Connect RP-Initiated Logout (Cognito's
   * `/logout` wants other parameters); null where the issuer's own `end_session_endpoint` does.
   */
  readonly logoutUrl: string | null;
  /** How changes arrive: `sse` where the deployment streams subscriptions, `poll` where it does not. */
  readonly live: "sse" | "poll";
}

/** Says why `/config.json` is of no use, in words for the person at the page. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Where the settings are served, relative to the page's origin. */
const settingsPath = "/config.json";

/**
 * Reads the settings of this deployment.
 * @throws SettingsError when they cannot be had or are not valid.
 */
export async function loadSettings(fetchFn: typeof fetch = fetch): Promise<Settings> {
  let response: Response;
  try {
    response = await fetchFn(settingsPath, { headers: { Accept: "application/json" } });
  } catch (cause) {
    throw new SettingsError("The server cannot be reached.", { cause });
  }
  if (!response.ok) {
    throw new SettingsError(`The server answered ${response.status} to ${settingsPath}.`);
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch (cause) {
    throw new SettingsError(`${settingsPath} is not JSON.`, { cause });
  }
  return parseSettings(body);
}

/**
 * Checks settings as they came over the wire. Members that it does not know are left out, so that a newer server can
 * add some.
 * @throws SettingsError that names the first member that is wrong.
 */
export function parseSettings(body: unknown): Settings {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new SettingsError(`${settingsPath} is not an object.`);
  }
  const { issuer, clientId, scopes, logoutUrl = null, live } = body as Record<string, unknown>;
  if (!isWebUrl(issuer)) {
    throw wrong("issuer", "an absolute http or https URL");
  }
  if (!isText(clientId)) {
    throw wrong("clientId", "a text that is not empty");
  }
  if (!Array.isArray(scopes) || !scopes.every(isText) || !scopes.includes("openid")) {
    throw wrong("scopes", "a list of scopes with openid among them");
  }
  if (logoutUrl !== null && !isWebUrl(logoutUrl)) {
    throw wrong("logoutUrl", "null or an absolute http or https URL");
  }
  if (live !== "sse" && live !== "poll") {
    throw wrong("live", '"sse" or "poll"');
  }
  return { issuer, clientId, scopes, logoutUrl, live };
}

function wrong(member: string, expected: string): SettingsError {
  return new SettingsError(`${settingsPath}: ${member} must be ${expected}.`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isWebUrl(value: unknown): value is string {
  return typeof value === "string" && /^https?:$/.test(URL.parse(value)?.protocol ?? "");
}
