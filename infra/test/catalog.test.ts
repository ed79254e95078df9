import { describe, expect } from "vitest";

import { keeps } from "./promises.js";

describe("the table", () => {
  keeps({
    "is paid by the request": (stack) => {
      expect(stack.one("DynamoDB::Table").properties.BillingMode).toBe("PAY_PER_REQUEST");
    },
    "can be put back to any second": (stack) => {
      expect(stack.one("DynamoDB::Table").properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    },
    "forgets what has a time to live": (stack) => {
      expect(stack.one("DynamoDB::Table").properties.TimeToLiveSpecification).toEqual({ AttributeName: "ttl", Enabled: true });
    },
    "is protected against deletion": (stack) => {
      expect(stack.one("DynamoDB::Table").properties.DeletionProtectionEnabled).toBe(true);
    },
    "outlives the stack": (stack) => {
      const { deletionPolicy, updateReplacePolicy } = stack.one("DynamoDB::Table");
      expect([deletionPolicy, updateReplacePolicy]).toEqual(["Retain", "Retain"]);
    },
    "has a name of its own, so that a new stack can take it up": (stack) => {
      expect(stack.one("DynamoDB::Table").properties.TableName).toMatch(/^(pam|photos)$/);
    },
  });
});
