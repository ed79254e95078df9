import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

import { buildSchema, getOperationAST, parse, validate } from "graphql";
import { getVariableValues } from "graphql/execution/values";
import { expect, test } from "vitest";

import { examples } from "./examples";

const root = new URL("../../../", import.meta.url);
const schema = buildSchema(readFileSync(new URL("schema.graphql", root), "utf8"));

const named = examples("sse").map((example) => {
  const document = parse(example.query);
  const operation = getOperationAST(document);
  return { name: operation?.name?.value ?? "", ...example, document, operation };
});

test.each(named)("the contract knows everything in $name", ({ document }) => {
  expect(validate(schema, document)).toEqual([]);
});

test.each(named)("the variables of $name fit its definitions", ({ operation, variables }) => {
  const { coerced, errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
  expect(errors ?? []).toEqual([]);
  // A variable with a misspelt name would be dropped in silence.
  expect(Object.keys(coerced ?? {})).toEqual(Object.keys(variables));
});

test("each example has a name of its own, because it is the title of its tab", () => {
  const names = named.map(({ name }) => name);
  expect(names).not.toContain("");
  expect(new Set(names).size).toBe(names.length);
});

test("the upload is that of a real file, because storage checks its size and checksum", () => {
  const upload = named.find(({ name }) => name === "UploadUrl");
  const bytes = readFileSync(new URL("testdata/photos/dandelions.jpg", root));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  expect(upload?.variables.input).toMatchObject({
    fileName: "dandelions.jpg",
    size: bytes.length,
    crc32: checksum.toString("base64"),
  });
});

test("a deployment that cannot stream shows no subscription, because it would only fail", () => {
  const types = examples("poll").map(({ query }) => getOperationAST(parse(query))?.operation);
  expect(types).toContain("query");
  expect(types).not.toContain("subscription");
});
