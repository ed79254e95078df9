import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { keeps } from "./promises.js";
import { flat, Stack } from "./template.js";

describe("the user pool", () => {
  keeps({
    "wants strong passwords": (stack) => {
      expect(stack.one("Cognito::UserPool").properties.Policies.PasswordPolicy).toEqual({
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 3,
      });
    },
    "takes an address only once it is shown to be theirs": (stack) => {
      const { properties } = stack.one("Cognito::UserPool");
      expect(properties.AutoVerifiedAttributes).toEqual(["email"]);
      expect(properties.UserAttributeUpdateSettings).toEqual({ AttributesRequireVerificationBeforeUpdate: ["email"] });
      expect(properties.AccountRecoverySetting.RecoveryMechanisms).toEqual([{ Name: "verified_email", Priority: 1 }]);
    },
    "outlives the stack and is protected against deletion": (stack) => {
      const pool = stack.one("Cognito::UserPool");
      expect([pool.deletionPolicy, pool.updateReplacePolicy, pool.properties.DeletionProtection]).toEqual(["Retain", "Retain", "ACTIVE"]);
    },
    "has pages of its own": (stack) => {
      expect(stack.one("Cognito::UserPoolDomain").properties.ManagedLoginVersion).toBe(2);
      const styled = stack.all("Cognito::ManagedLoginBranding").map(({ properties }) => flat(properties.ClientId));
      expect(styled.sort()).toEqual(stack.all("Cognito::UserPoolClient").map(({ id }) => `<${id}>`).sort());
    },
    "offers the scopes of the API": (stack) => {
      const { properties } = stack.one("Cognito::UserPoolResourceServer");
      expect(properties.Identifier).toBe("pam");
      expect((properties.Scopes as { ScopeName: string }[]).map(({ ScopeName }) => ScopeName)).toEqual(["labels.read", "photos.read", "photos.write", "archives"]);
    },
  });

  test("takes nobody who signs up by themselves, unless told to", () => {
    expect(new Stack("plain").one("Cognito::UserPool").properties.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
    expect(new Stack("full").one("Cognito::UserPool").properties.AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: false });
  });

  test("offers a second factor by an app, or requires it", () => {
    const factors = (stack: Stack): unknown[] => {
      const { properties } = stack.one("Cognito::UserPool");
      return [properties.MfaConfiguration, properties.EnabledMfas];
    };
    expect(factors(new Stack("plain"))).toEqual(["OPTIONAL", ["SOFTWARE_TOKEN_MFA"]]);
    expect(factors(new Stack("full"))).toEqual(["ON", ["SOFTWARE_TOKEN_MFA"]]);
  });
});

describe("every client", () => {
  keeps({
    "gets tokens by authorization code alone": (stack) => {
      for (const { properties } of stack.all("Cognito::UserPoolClient")) {
        expect([properties.AllowedOAuthFlows, properties.AllowedOAuthFlowsUserPoolClient]).toEqual([["code"], true]);
        expect(properties.ExplicitAuthFlows).toEqual(["ALLOW_REFRESH_TOKEN_AUTH"]);
      }
    },
    "has short access tokens and can lose its refresh tokens": (stack) => {
      for (const { properties } of stack.all("Cognito::UserPoolClient")) {
        expect([properties.AccessTokenValidity, properties.TokenValidityUnits.AccessToken, properties.EnableTokenRevocation]).toEqual([60, "minutes", true]);
      }
    },
    "is not told which people there are": (stack) => {
      for (const { properties } of stack.all("Cognito::UserPoolClient")) {
        expect(properties.PreventUserExistenceErrors).toBe("ENABLED");
      }
    },
    "is known to the API, the site's first": (stack) => {
      const ids = flat(stack.fn("api").properties.Environment.Variables.PAM_CLIENT_IDS).split(",");
      expect(ids[0]).toBe(`<${stack.one("Cognito::UserPoolClient", "LoginPoolSite").id}>`);
      expect(ids.toSorted()).toEqual(stack.all("Cognito::UserPoolClient").map(({ id }) => `<${id}>`).sort());
    },
  });
});

const scopes = (stack: Stack, client: string): string[] =>
  (stack.one("Cognito::UserPoolClient", client).properties.AllowedOAuthScopes as unknown[]).map((scope) => flat(scope).replace(/^<.*>\//, "pam/")).sort();

describe("the site's client", () => {
  keeps({
    "is public, and sends people back to the site alone": (stack) => {
      const { properties } = stack.one("Cognito::UserPoolClient", "LoginPoolSite");
      const site = flat(stack.fn("api").properties.Environment.Variables.PAM_SITE);
      expect(properties.GenerateSecret).toBe(false);
      expect((properties.CallbackURLs as unknown[]).map(flat)).toEqual([`${site}/`, `${site}/graphiql`]);
      expect((properties.LogoutURLs as unknown[]).map(flat)).toEqual([`${site}/`, `${site}/graphiql`]);
    },
    "asks for all scopes": (stack) => {
      expect(scopes(stack, "LoginPoolSite")).toEqual(["email", "openid", "pam/archives", "pam/labels.read", "pam/photos.read", "pam/photos.write", "profile"]);
    },
    "signs out where it may come back from": (stack) => {
      const { properties, id } = stack.one("Cognito::UserPoolClient", "LoginPoolSite");
      const environment = stack.fn("api").properties.Environment.Variables as Record<string, unknown>;
      const [back] = (properties.LogoutURLs as unknown[]).map(flat);
      expect(flat(environment.PAM_LOGOUT_URL)).toBe(`${flat(environment.PAM_LOGIN_ORIGINS)}/logout?client_id=<${id}>&logout_uri=${String(back)}`);
    },
  });
});

test("people come back to the pages that sign them in", () => {
  const path = (page: string) => /^const (?:app|page)Path = "(.+)";$/m.exec(readFileSync(new URL(`../../web/src/${page}/main.tsx`, import.meta.url), "utf8"))?.[1];
  const { properties } = new Stack("full").one("Cognito::UserPoolClient", "LoginPoolSite");
  expect(properties.CallbackURLs).toEqual(["app", "graphiql"].map((page) => `https://photos.example.org${String(path(page))}`));
});

test("the example of a third party sees labels, and nothing else", () => {
  const stack = new Stack("plain");
  expect(scopes(stack, "LoginPoolThirdParty")).toEqual(["openid", "pam/labels.read"]);
  expect(stack.one("Cognito::UserPoolClient", "LoginPoolThirdParty").properties.GenerateSecret).toBe(true);
});

test("a third party gets the scopes and addresses that it is given", () => {
  const stack = new Stack("full");
  expect(scopes(stack, "LoginPoolThirdParty")).toEqual(["openid", "pam/labels.read", "pam/photos.read"]);
  const { properties } = stack.one("Cognito::UserPoolClient", "LoginPoolThirdParty");
  expect([properties.CallbackURLs, properties.GenerateSecret]).toEqual([["https://friend.example.org/back"], false]);
});
