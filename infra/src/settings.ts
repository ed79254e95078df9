import { existsSync, readFileSync } from "node:fs";

/** Scopes of the API, without the name of their resource server. */
export const apiScopes = {
  "labels.read": "See your labels and how many photos they count",
  "photos.read": "See your photos",
  "photos.write": "Upload, change and delete your photos",
  archives: "Make archives of your photos and download them",
} as const;

/** One scope of the API. */
export type ApiScope = keyof typeof apiScopes;

/** Whether people give a second factor, by an authenticator app, when they sign in. */
export type Mfa = "off" | "optional" | "required";

/** A program of somebody else that people may let into their photos. */
export interface ThirdPartyClient {
  readonly name: string;
  /** Where people are sent back to, exactly: https, or http on localhost. */
  readonly callbackUrls: readonly string[];
  readonly scopes: readonly ApiScope[];
  /** Whether the client proves itself by a secret, as one that runs on a server can. */
  readonly secret: boolean;
}

/** A name of one's own for the site. */
export interface Domain {
  /** The host name, such as photos.example.org. */
  readonly name: string;
  /** A certificate for it in us-east-1, where CloudFront looks. */
  readonly certificateArn: string;
  /** The Route 53 zone that gets its records; without one, make them elsewhere. */
  readonly hostedZone?: { readonly id: string; readonly name: string };
}

/** What a deployment decides about itself. The e-mail address is a parameter of the stack: it is in no template. */
export interface Settings {
  /** The stack's name, which also begins the names of what it holds. */
  readonly name: string;
  readonly domain?: Domain;
  /** Whether the API is offered by AppSync as well. */
  readonly appsync: boolean;
  /** Sites whose scripts may call the API. */
  readonly allowOrigins: readonly string[];
  /** Whether people may make their own accounts. */
  readonly selfSignUp: boolean;
  readonly mfa: Mfa;
  /** US dollars a month. At 80 % and at what is forecast to go beyond, a mail is sent. */
  readonly monthlyBudget: number;
  readonly thirdParties: readonly ThirdPartyClient[];
  /** Concurrent executions that are set aside for the API and that it cannot exceed; undefined sets none aside. */
  readonly apiConcurrency?: number;
}

/** What a deployment has that says nothing else. */
export const defaults: Settings = {
  name: "pam",
  appsync: false,
  allowOrigins: [],
  selfSignUp: false,
  mfa: "optional",
  monthlyBudget: 5,
  thirdParties: [
    // An example to try the consent of others with: it sees labels, and nothing else.
    { name: "example", callbackUrls: ["http://localhost:8400/callback"], scopes: ["labels.read"], secret: true },
  ],
};

/** Says which setting is wrong, and what it must be. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Reads the settings of a file of JSON; a file that is not there leaves all at their defaults. */
export function readSettings(path: string): Settings {
  if (!existsSync(path)) {
    return defaults;
  }
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new SettingsError(`${path} is not JSON.`, { cause });
  }
  return parseSettings(given);
}

type Check = (value: unknown) => boolean;

const text =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const flag: Check = (value) => typeof value === "boolean";
const listOf =
  (check: Check, least = 0): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(check);
const object =
  (members: Record<string, Check>, optional: readonly string[] = []): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).every((key) => key in members) &&
    Object.entries(members).every(([key, check]) => {
      const member = (value as Record<string, unknown>)[key];
      return member === undefined ? optional.includes(key) : check(member);
    });

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const callbackUrl = /^(https:\/\/[^\s#@]+|http:\/\/localhost(:\d+)?(\/[^\s#@]*)?)$/;

/** Every setting with its rule. `email` is for `make deploy`, which hands it to the stack as a parameter. */
const rules: Record<string, readonly [Check, string]> = {
  // Without a hyphen, so that NAME-* is this deployment's alone; and NAME-storage-ACCOUNT-REGION is a bucket's, of at most
  // 63 characters. A login's domain may not begin with a name of Amazon's.
  name: [text(/^(?!aws|amazon|cognito|alarms$)[a-z][a-z0-9]{1,19}$/), "2 to 20 of a-z 0-9, a letter first"],
  email: [text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/), "an e-mail address"],
  domain: [
    object(
      {
        name: text(hostName),
        certificateArn: text(/^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/),
        hostedZone: object({ id: text(/^Z[A-Z0-9]{1,31}$/), name: text(hostName) }),
      },
      ["hostedZone"],
    ),
    'like {"name": "photos.example.org", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/...", ' +
      '"hostedZone": {"id": "Z...", "name": "example.org"}}; the certificate is in us-east-1; hostedZone may be left out',
  ],
  appsync: [flag, "true or false"],
  allowOrigins: [listOf(text(/^https:\/\/[a-z0-9.-]+(:\d+)?$|^http:\/\/localhost(:\d+)?$/)), 'a list of origins, such as ["https://example.org"]'],
  selfSignUp: [flag, "true or false"],
  mfa: [text(/^(off|optional|required)$/), '"off", "optional" or "required"'],
  monthlyBudget: [(value) => typeof value === "number" && value >= 1 && value <= 100_000, "US dollars, 1 to 100000"],
  thirdParties: [
    listOf(
      object({
        name: text(/^[A-Za-z0-9][A-Za-z0-9 _-]{0,63}$/),
        callbackUrls: listOf(text(callbackUrl), 1),
        scopes: listOf((value) => typeof value === "string" && Object.hasOwn(apiScopes, value), 1),
        secret: flag,
      }),
    ),
    'a list of clients, such as [{"name": "example", "callbackUrls": ["https://example.org/callback"], "scopes": ["labels.read"], "secret": true}]',
  ],
  apiConcurrency: [(value) => Number.isInteger(value) && (value as number) >= 1, "a whole number, 1 or more"],
};

/** Checks settings. What is not given has its default; what is not known is an error, since it would do nothing. */
export function parseSettings(given: unknown): Settings {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new SettingsError("The settings are not an object.");
  }
  const problems = Object.entries(given).flatMap(([name, value]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      return [`There is no setting "${name}".`];
    }
    return rule[0](value) ? [] : [`"${name}" must be ${rule[1]}.`];
  });
  const settings = Object.fromEntries(Object.entries({ ...defaults, ...given }).filter(([name]) => name !== "email"));
  const names = problems.length === 0 ? (settings as unknown as Settings).thirdParties.map(({ name }) => name) : [];
  if (new Set(names).size < names.length) {
    problems.push('"thirdParties" has two clients of one name.');
  }
  if (problems.length > 0) {
    throw new SettingsError(problems.join("\n"));
  }
  return settings as unknown as Settings;
}
