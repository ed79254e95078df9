// Runs the audits of graphql-http against a GraphQL endpoint, once without and once with a token:
//
//   node audit.mjs URL [TOKEN]     a server that runs already
//   PAM_BIN=bin/pam node audit.mjs starts one of its own on free ports and an empty data folder, and stops it again
//
// It prints every audit that is not ok and at last how many passed and failed, and exits with 1 when any audit warns or
// errs, or when there are fewer audits than there should be: an empty list must not pass.

import { auditServer } from "graphql-http";

import { startPam } from "./pam.mjs";

/** How many audits graphql-http 1.23.1 has. */
const expectedAudits = 61;

/** Runs all audits with some headers added to each request; returns how many passed and failed. */
async function audit(name, url, headers) {
  const results = await auditServer({
    url,
    fetchFn: (target, init) => fetch(target, { ...init, headers: { ...init?.headers, ...headers } }),
  });
  const failures = results.filter((result) => result.status !== "ok");
  for (const { id, name: audited, status, reason } of failures) {
    console.log(`${name}: ${status} ${id} ${audited}: ${reason}`);
  }
  let failed = failures.length;
  if (results.length < expectedAudits) {
    console.log(`${name}: only ${results.length} audits, expected ${expectedAudits}`);
    failed += expectedAudits - results.length;
  }
  return { passed: results.length - failures.length, failed };
}

/** Runs the audits both ways; returns whether all passed. */
async function auditBoth(url, token) {
  const runs = [await audit("without a token", url, {})];
  if (token) {
    runs.push(await audit("with a token", url, { authorization: `Bearer ${token}` }));
  }
  const total = (member) => runs.reduce((sum, run) => sum + run[member], 0);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  return total("failed") === 0;
}

/** Audits the server that the arguments or the environment name. */
async function main() {
  const [url, token] = process.argv.slice(2);
  if (url) {
    return await auditBoth(url, token);
  }
  if (!process.env.PAM_BIN) {
    throw new Error("usage: node audit.mjs URL [TOKEN], or PAM_BIN=path/to/pam node audit.mjs");
  }
  const pam = await startPam(process.env.PAM_BIN);
  try {
    return await auditBoth(`${pam.url}/graphql`, await pam.token("dan"));
  } finally {
    await pam.stop();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  // fetch hides why it failed in the cause.
  console.error(error.message, error.cause?.message ?? "");
  process.exitCode = 1;
}
