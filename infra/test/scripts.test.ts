import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** Stands in for the AWS command line: it writes down what it is asked and answers as files in its folder say. */
const aws = `#!/bin/bash
echo "aws $*" >> "$CALLS"
case "$1 $2" in
"configure get") exit 1 ;;
"sts get-caller-identity") [[ -e $ANSWERS/credentials ]] && echo 111122223333 ;;
"ssm get-parameter") [[ -e $ANSWERS/bootstrap ]] ;;
"cloudformation describe-stacks") [[ -e $ANSWERS/stack ]] && cat "$ANSWERS/stack" ;;
"s3api list-object-versions")
  if [[ -e $ANSWERS/emptied-$4 ]]; then echo '{"Objects": null}'; else echo '{"Objects": [{"Key": "photos/a", "VersionId": "1"}]}'; fi ;;
"s3api delete-objects") touch "$ANSWERS/emptied-$4" ;;
"sns list-topics") echo "arn:aws:sns:eu-central-1:111122223333:pam-abc" ;;
esac
`;

/** Stands in for the CDK: a deployment that is told the site's host has it in its outputs from then on. */
const npx = `#!/bin/bash
echo "npx $*" >> "$CALLS"
site=https://site.invalid
if [[ $* =~ SiteHost=([a-z0-9.]+) ]]; then site=https://\${BASH_REMATCH[1]}; fi
if [[ -e $ANSWERS/stack && ! $* =~ SiteHost ]]; then exit; fi
sed "s|SITE|$site|" "$ANSWERS/new" > "$ANSWERS/stack"
`;

const outputs = {
  SiteUrl: "SITE",
  DistributionHost: "d111.cloudfront.net",
  SiteBucket: "site-bucket",
  WorkingBucket: "working-bucket",
  StorageBucket: "storage-bucket",
  LogsBucket: "logs-bucket",
  TableName: "pam",
  UserPoolId: "eu-central-1_Pool",
};
const stack = JSON.stringify({ Stacks: [{ Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }] });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pam-scripts-"));
  for (const name of ["bin", "answers", "dist/assets"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  for (const tool of ["bash", "dirname", "cat", "sed", "touch", "printf"]) {
    symlinkSync(spawnSync("/bin/sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim().replace(/^printf$/, "/usr/bin/printf"), join(folder, "bin", tool));
  }
  symlinkSync(process.execPath, join(folder, "bin", "node"));
  program("aws", aws);
  program("npx", npx);
  for (const name of ["npm", "go", "make"]) {
    program(name, "#!/bin/bash\n");
  }
  for (const name of ["credentials", "bootstrap"]) {
    writeFileSync(join(folder, "answers", name), "");
  }
  writeFileSync(join(folder, "answers", "new"), stack);
  writeFileSync(join(folder, "dist", "index.html"), "");
  settings({ email: "dan@example.org" });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function program(name: string, text: string): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function settings(value: unknown): void {
  writeFileSync(join(folder, "deployment.json"), JSON.stringify(value));
}

function deployed(): void {
  writeFileSync(join(folder, "answers", "stack"), stack.replace("SITE", "https://d111.cloudfront.net"));
}

function run(script: string, { args = [], env = {}, input = "" }: { args?: string[]; env?: Record<string, string>; input?: string } = {}) {
  const calls = join(folder, "calls");
  const { status, stdout, stderr } = spawnSync(join(folder, "bin", "bash"), [fileURLToPath(new URL(`../bin/${script}`, import.meta.url)), ...args], {
    encoding: "utf8",
    input,
    env: {
      PATH: join(folder, "bin"),
      CALLS: calls,
      ANSWERS: join(folder, "answers"),
      PAM_SETTINGS: join(folder, "deployment.json"),
      PAM_PAGES: join(folder, "dist"),
      AWS_REGION: "eu-central-1",
      ...env,
    },
  });
  return { status, stdout, stderr, calls: existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [] };
}

/** Calls that change something. */
const changes = (calls: string[]) => calls.filter((call) => !/^aws (configure|sts|ssm|cloudformation describe)/.test(call));

const without = (name: string) => () => {
  rmSync(join(folder, "bin", name));
};
const unanswered = (name: string) => () => {
  rmSync(join(folder, "answers", name));
};

describe("make deploy says what is missing, and does nothing", () => {
  test.each<[string, () => void, Record<string, string>, RegExp]>([
    ["node", without("node"), {}, /node is not installed/],
    ["a node that is too old", () => { rmSync(join(folder, "bin", "node")); program("node", "#!/bin/bash\necho v18.20.0\n"); }, {}, /node is v18.20.0: 20.19 or later/],
    ["npm", without("npm"), {}, /npm is not installed/],
    ["go", without("go"), {}, /go is not installed/],
    ["the AWS command line", without("aws"), {}, /aws is not installed/],
    ["credentials", unanswered("credentials"), {}, /no credentials that AWS takes/],
    ["a region", () => undefined, { AWS_REGION: "" }, /no region: set AWS_REGION/],
    ["the CDK's bucket", unanswered("bootstrap"), {}, /run once: npx cdk bootstrap aws:\/\/111122223333\/eu-central-1/],
    ["settings", () => { rmSync(join(folder, "deployment.json")); }, {}, /no settings: run with EMAIL=/],
    ["settings that are JSON", () => { writeFileSync(join(folder, "deployment.json"), "{"); }, {}, /is not JSON/],
    ["an e-mail address", () => { settings({ name: "pam" }); }, {}, /has no "email"/],
  ])("%s", (_, takeAway, env, message) => {
    takeAway();
    const { status, stderr, calls } = run("deploy.sh", { env });
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
    expect(changes(calls)).toEqual([]);
  });

  test("all of it at once", () => {
    without("go")();
    unanswered("credentials")();
    rmSync(join(folder, "deployment.json"));
    const { stderr } = run("deploy.sh", { args: ["--check"] });
    expect(stderr.trim().split("\n")).toHaveLength(4);
  });

  test("nothing is missing", () => {
    expect(run("deploy.sh", { args: ["--check"] })).toMatchObject({ status: 0, stderr: "" });
  });

  test("pages that are not built", () => {
    rmSync(join(folder, "dist", "index.html"));
    const { stderr, calls } = run("deploy.sh");
    expect(stderr).toMatch(/index.html is not built/);
    expect(changes(calls)).toEqual([]);
  });
});

describe("make deploy", () => {
  const once = "npx cdk deploy --import-existing-resources --parameters pam:Email=dan@example.org";
  const cdk = (calls: string[]) => calls.filter((call) => call.startsWith("npx"));

  test("deploys a second time when CloudFront has named the site", () => {
    const { status, calls, stdout } = run("deploy.sh");
    expect(status).toBe(0);
    expect(cdk(calls)).toEqual([once, `${once} --parameters pam:SiteHost=d111.cloudfront.net`]);
    expect(stdout).toContain("PAM is at https://d111.cloudfront.net");
    expect(stdout).toContain("admin-create-user --user-pool-id eu-central-1_Pool");
  });

  test("deploys once when the name is known", () => {
    deployed();
    expect(cdk(run("deploy.sh").calls)).toEqual([once]);
  });

  test("deploys once with a domain", () => {
    settings({ email: "dan@example.org", domain: { name: "photos.example.org" } });
    expect(cdk(run("deploy.sh").calls)).toEqual([once]);
  });

  test("puts scripts first and for ever, the page last and for no time, and deletes nothing", () => {
    const uploads = run("deploy.sh").calls.filter((call) => call.startsWith("aws s3 "));
    expect(uploads).toHaveLength(3);
    expect(uploads[0]).toMatch(/^aws s3 sync .*\/assets s3:\/\/site-bucket\/assets .*--cache-control public, max-age=31536000, immutable$/);
    expect(uploads[1]).toMatch(/--cache-control no-cache .*--exclude assets\/\* --exclude graphiql\/\* .*--exclude index.html$/);
    expect(uploads[2]).toMatch(/^aws s3 cp .*index.html s3:\/\/site-bucket\/index.html .*--cache-control no-cache/);
    expect(uploads.join("\n")).not.toContain("--delete");
  });

  test("has the scripts in place before the function whose page of GraphiQL names them, and index.html after it", () => {
    deployed();
    const steps = run("deploy.sh").calls.flatMap((call) => /^(npx cdk deploy|aws s3 sync (?=.*\/assets )|aws s3 cp)/.exec(call)?.[1]?.trim() ?? []);
    expect(steps).toEqual(["aws s3 sync", "npx cdk deploy", "aws s3 cp"]);
  });

  test("makes the settings of an e-mail address, and keeps those that there are", () => {
    rmSync(join(folder, "deployment.json"));
    run("deploy.sh", { env: { EMAIL: "eve@example.org" } });
    expect(JSON.parse(readFileSync(join(folder, "deployment.json"), "utf8"))).toEqual({ email: "eve@example.org" });
    run("deploy.sh", { env: { EMAIL: "other@example.org" } });
    expect(JSON.parse(readFileSync(join(folder, "deployment.json"), "utf8"))).toEqual({ email: "eve@example.org" });
  });
});

describe("make destroy", () => {
  const photosGo = /storage-bucket|dynamodb (update|delete)|cognito-idp (update|delete)|sns delete/;

  test.each<[string, () => void, Record<string, string>, RegExp]>([
    ["credentials", unanswered("credentials"), {}, /no credentials/],
    ["a region", () => undefined, { AWS_REGION: "" }, /no region/],
    ["settings", () => { rmSync(join(folder, "deployment.json")); }, {}, /no settings/],
    ["a stack", () => undefined, {}, /there is no stack pam/],
  ])("says that it has no %s, and does nothing", (_, takeAway, env, message) => {
    takeAway();
    const { status, stderr, calls } = run("destroy.sh", { env, input: "destroy pam\n" });
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
    expect(changes(calls)).toEqual([]);
  });

  test.each([
    ["nothing is typed", {}, ""],
    ["something else is typed", {}, "yes\n"],
    ["the photos were to go and the shorter sentence is typed", { PURGE: "1" }, "destroy pam\n"],
  ])("changes nothing when %s", (_, env, input) => {
    deployed();
    const { status, calls } = run("destroy.sh", { env, input });
    expect(status).toBe(1);
    expect(changes(calls)).toEqual([]);
  });

  test("keeps photos, catalog and people", () => {
    deployed();
    const { status, calls, stdout } = run("destroy.sh", { input: "destroy pam\n" });
    expect(status).toBe(0);
    expect(changes(calls)).toEqual([
      "aws s3 rm s3://site-bucket --recursive --only-show-errors",
      "aws s3 rm s3://working-bucket --recursive --only-show-errors",
      "aws cloudformation delete-stack --stack-name pam",
      "aws cloudformation wait stack-delete-complete --stack-name pam",
    ]);
    expect(changes(calls).filter((call) => photosGo.test(call))).toEqual([]);
    expect(stdout).toContain("the bucket storage-bucket, the table pam, the user pool eu-central-1_Pool");
  });

  test("deletes them with PURGE=1 and the sentence, every version", () => {
    deployed();
    const { status, calls } = run("destroy.sh", { env: { PURGE: "1" }, input: "delete the photos of pam\n" });
    expect(status).toBe(0);
    const after = changes(calls).slice(4).filter((call) => !/list-|wait /.test(call));
    expect(after.map((call) => call.replace(/--delete .*/, "--delete"))).toEqual([
      "aws s3api delete-objects --bucket storage-bucket --delete",
      "aws s3api delete-bucket --bucket storage-bucket",
      "aws s3api delete-objects --bucket logs-bucket --delete",
      "aws s3api delete-bucket --bucket logs-bucket",
      "aws dynamodb update-table --table-name pam --no-deletion-protection-enabled",
      "aws dynamodb delete-table --table-name pam",
      "aws cognito-idp update-user-pool --user-pool-id eu-central-1_Pool --deletion-protection INACTIVE",
      "aws cognito-idp delete-user-pool --user-pool-id eu-central-1_Pool",
      "aws sns delete-topic --topic-arn arn:aws:sns:eu-central-1:111122223333:pam-abc",
    ]);
  });
});
