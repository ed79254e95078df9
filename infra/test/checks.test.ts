import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Stack, Validations } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { create } from "./build.js";
import { variants } from "./variants.js";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pam-checks-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// The stacks of all other tests were made under these checks; here they are shown to be on.
describe("the synthesis ends at", () => {
  test.each<[string, (stack: Stack) => void, RegExp]>([
    ["a finding of cdk-nag", (stack) => new s3.Bucket(stack, "Open"), /AwsSolutions-S1/],
    ["what CloudFormation would refuse", (stack) => new sqs.CfnQueue(stack, "Odd", { visibilityTimeout: 999_999 }), /Odd/],
  ])("%s", (name, spoil, message) => {
    const { app, stack } = create(join(folder, name), {});
    spoil(stack);
    expect(() => app.synth()).toThrow(message);
  });
});

test("every finding that is accepted has its reason", () => {
  const { stack } = create(join(folder, "accepted"), variants.full);
  const accepted = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
    .flatMap(({ data }) => Object.entries(data as Record<string, string>));
  expect(accepted.length).toBeGreaterThan(10);
  for (const [finding, reason] of accepted) {
    expect(reason, finding).toMatch(/^[A-Z].{30,}\.$/);
    expect(finding).not.toMatch(/IAM5$/); // each wildcard for itself
  }
});
