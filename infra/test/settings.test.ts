import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { defaults, parseSettings, readSettings, SettingsError } from "../src/settings.js";

import { Stack } from "./template.js";
import { variants } from "./variants.js";

const domain = variants.full.domain;
const client = variants.full.thirdParties[0];

describe("settings", () => {
  test.each<[string, unknown, RegExp]>([
    ["a list", [], /not an object/],
    ["a name that there is not", { appSync: true }, /no setting "appSync"/],
    ["a name of every object", { toString: 1 }, /no setting "toString"/],
    ["a name with a hyphen, whose topics another deployment could write to", { name: "pam-test" }, /"name" must be/],
    ["a name that a login's domain may not begin with", { name: "awsphotos" }, /"name" must be/],
    ["a name that is too long for a bucket", { name: "a".repeat(21) }, /"name" must be/],
    ["a certificate of another region than CloudFront's", { domain: { ...domain, certificateArn: domain.certificateArn.replace("us-east-1", "eu-west-1") } }, /us-east-1/],
    ["a domain without a certificate", { domain: { name: "photos.example.org" } }, /"domain" must be/],
    ["a domain with a path", { domain: { ...domain, name: "example.org/photos" } }, /"domain" must be/],
    ["any origin", { allowOrigins: ["*"] }, /"allowOrigins" must be/],
    ["an origin without TLS", { allowOrigins: ["http://example.org"] }, /"allowOrigins" must be/],
    ["an origin with a path", { allowOrigins: ["https://example.org/"] }, /"allowOrigins" must be/],
    ["a word for a switch", { selfSignUp: "yes" }, /"selfSignUp" must be true or false/],
    ["a factor that there is not", { mfa: "sms" }, /"mfa" must be/],
    ["a budget of nothing", { monthlyBudget: 0 }, /"monthlyBudget" must be/],
    ["a third party without TLS", { thirdParties: [{ ...client, callbackUrls: ["http://example.org/back"] }] }, /"thirdParties" must be/],
    ["a third party with a host that only begins like this computer", { thirdParties: [{ ...client, callbackUrls: ["http://localhost.example.org/"] }] }, /"thirdParties" must be/],
    ["a third party without an address", { thirdParties: [{ ...client, callbackUrls: [] }] }, /"thirdParties" must be/],
    ["a scope that there is not", { thirdParties: [{ ...client, scopes: ["admin"] }] }, /"thirdParties" must be/],
    ["a scope of every object", { thirdParties: [{ ...client, scopes: ["toString"] }] }, /"thirdParties" must be/],
    ["two third parties of one name", { thirdParties: [client, client] }, /two clients of one name/],
    ["half an execution", { apiConcurrency: 0.5 }, /"apiConcurrency" must be/],
    ["no e-mail address", { email: "dan" }, /"email" must be/],
  ])("refuse %s", (_, given, message) => {
    expect(() => parseSettings(given)).toThrow(SettingsError);
    expect(() => parseSettings(given)).toThrow(message);
  });

  test("name all that is wrong", () => {
    expect(() => parseSettings({ mfa: 1, appsync: 1 })).toThrow(/"mfa"[^]*"appsync"/);
  });

  test("have defaults, and the e-mail address is none of the stack's", () => {
    expect(parseSettings({ email: "dan@example.org" })).toEqual(defaults);
  });

  test("are read from a file, or are the defaults without one", () => {
    const path = join(tmpdir(), `pam-settings-${process.pid}.json`);
    expect(readSettings(path)).toEqual(defaults);
    writeFileSync(path, '{"mfa": "required"}');
    expect(readSettings(path).mfa).toBe("required");
    writeFileSync(path, "{");
    expect(() => readSettings(path)).toThrow(SettingsError);
  });
});

test("no address of a person is in a template", () => {
  for (const variant of ["plain", "full"] as const) {
    const stack = new Stack(variant);
    expect(stack.json.Parameters?.Email).not.toHaveProperty("Default");
    expect(JSON.stringify(stack.json)).not.toMatch(/[a-z]@[a-z]+\.[a-z]/);
  }
});

test("everything that takes tags says whose it is", () => {
  const stack = new Stack("full");
  for (const type of ["S3::Bucket", "SQS::Queue", "DynamoDB::Table", "Lambda::Function", "CloudFront::Distribution", "IAM::Role"]) {
    for (const { properties } of stack.all(type)) {
      expect(properties.Tags).toEqual(expect.arrayContaining([{ Key: "application", Value: "pam" }, { Key: "deployment", Value: "photos" }]));
    }
  }
});
