// @vitest-environment node
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { ExecutionResult } from "graphql";
import { afterEach, expect, test } from "vitest";

import { createFetcher, type ApiFetcher } from "./fetcher";

interface Received {
  accept: string | undefined;
  authorization: string | undefined;
  contentType: string | undefined;
  trace: string | string[] | undefined;
  body: unknown;
}

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) {
    stop();
  }
});

/** Starts a real HTTP server on a free port of the loopback interface and keeps what it receives. */
async function serve(answer: (response: ServerResponse, count: number) => void): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const read = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) {
      body += String(chunk);
    }
    received.push({
      accept: request.headers.accept,
      authorization: request.headers.authorization,
      contentType: request.headers["content-type"],
      trace: request.headers["x-trace"],
      body: JSON.parse(body),
    });
    answer(response, received.length);
  };
  const server = createServer((request, response) => void read(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, received };
}

const query = { query: "query A { me { id } }", operationName: "A" };
const subscription = {
  query: "subscription B($m: Int) { labels(minConfidence: $m) { at } }",
  operationName: "B",
  variables: { m: 90 },
};

type Answer = Awaited<ReturnType<ApiFetcher>>;

function streamOf(answer: Answer): AsyncIterableIterator<ExecutionResult> {
  if (!(Symbol.asyncIterator in answer)) {
    throw new Error(`not a stream: ${JSON.stringify(answer)}`);
  }
  return answer;
}

async function collect(answer: Answer): Promise<ExecutionResult[]> {
  const results: ExecutionResult[] = [];
  for await (const result of streamOf(answer)) {
    results.push(result);
  }
  return results;
}

const stream = { "content-type": "text/event-stream" };
const json = { "content-type": "application/graphql-response+json" };

test.each([
  {
    name: "signed in",
    reason: "The API knows the caller by the bearer token alone.",
    token: "abc",
    headers: {},
    want: { authorization: "Bearer abc" },
  },
  {
    name: "signed out",
    reason: "Introspection works without; an empty header would be refused.",
    token: undefined,
    headers: {},
    want: { authorization: undefined },
  },
  {
    name: "with a token of one's own",
    reason: "Whoever pastes the output of `pam token` wants that one used.",
    token: "abc",
    headers: { Authorization: "Bearer own" },
    want: { authorization: "Bearer own" },
  },
  {
    name: "with another header",
    reason: "GraphiQL's header editor is there to add some.",
    token: "abc",
    headers: { "X-Trace": "1" },
    want: { authorization: "Bearer abc", trace: "1" },
  },
])("sends a query $name", async ({ token, headers, want, reason }) => {
  const { url, received } = await serve((response) => response.writeHead(200, json).end('{"data":{"me":{"id":"1"}}}'));
  const fetcher = createFetcher(url, () => Promise.resolve(token));

  const result = await fetcher(query, { headers });

  expect(result).toEqual({ data: { me: { id: "1" } } });
  expect(received, reason).toHaveLength(1);
  expect(received[0], reason).toMatchObject({
    accept: "application/graphql-response+json, application/json",
    contentType: "application/json",
    body: query,
    ...want,
  });
});

test.each([
  {
    name: "an error status with a GraphQL answer",
    reason: "extensions.code says more than 401 does.",
    status: 401,
    headers: json,
    body: '{"errors":[{"message":"sign in first","extensions":{"code":"UNAUTHENTICATED"}}]}',
  },
  {
    name: "the older media type",
    reason: "GraphQL over HTTP allows both.",
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: '{"data":null,"errors":[{"message":"no"}]}',
  },
])("hands on $name as it is", async ({ status, headers, body, reason }) => {
  const { url } = await serve((response) => response.writeHead(status, headers).end(body));
  const fetcher = createFetcher(url, () => Promise.resolve("abc"));

  expect(await fetcher(query), reason).toEqual(JSON.parse(body));
});

test.each([
  {
    name: "the name of another tab's operation",
    reason: "GraphiQL's own record lags behind a change of tab.",
    params: { query: query.query, operationName: "Other" },
    want: query,
  },
  {
    name: "one name of several",
    reason: "A person picks the operation to run.",
    params: { query: "query A { me { id } } query B { me { name } }", operationName: "B" },
    want: { operationName: "B" },
  },
  {
    name: "a query with a mistake",
    reason: "The server's message names the place.",
    params: { query: "query A {", operationName: "A" },
    want: { query: "query A {" },
  },
])("sends $name", async ({ params, want, reason }) => {
  const { url, received } = await serve((response) => response.writeHead(200, json).end('{"data":null}'));
  await createFetcher(url, () => Promise.resolve("abc"))(params);
  expect(received[0]?.body, reason).toMatchObject(want);
});

test("says the status when the answer is no JSON, because a proxy's page would not parse", async () => {
  const { url } = await serve((response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad</h1>"));

  await expect(createFetcher(url, () => Promise.resolve("abc"))(query)).rejects.toThrow("502 Bad Gateway");
});

test("reads a subscription's events, heartbeats between them and bytes cut anywhere", async () => {
  const text =
    ":\n\n" +
    'event: next\ndata: {"data":{"labels":{"at":"Zürich"}}}\n\n' +
    ":\n\n" +
    'event: next\ndata: {"data":{"labels":{"at":"2"}}}\n\n' +
    "event: complete\n\n";
  const { url, received } = await serve((response) => {
    response.writeHead(200, stream);
    // One byte at a time parts lines, events and the ü.
    const send = (bytes: Buffer) => {
      if (bytes.length === 0) {
        response.end();
        return;
      }
      response.write(bytes.subarray(0, 1));
      setImmediate(send, bytes.subarray(1));
    };
    send(Buffer.from(text));
  });
  const fetcher = createFetcher(url, () => Promise.resolve("abc"));

  const results = await collect(await fetcher(subscription));

  expect(results).toEqual([{ data: { labels: { at: "Zürich" } } }, { data: { labels: { at: "2" } } }]);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    accept: "text/event-stream",
    authorization: "Bearer abc",
    body: subscription,
  });
});

test("asks again with a fresh token when a stream breaks off, because Lambda ends it after a minute", async () => {
  const { url, received } = await serve((response, count) => {
    response.writeHead(200, stream).write(`event: next\ndata: {"data":{"labels":{"at":"${count}"}}}\n\n`);
    setTimeout(() => {
      response.end(count === 1 ? "" : "event: complete\n\n");
    }, 20);
  });
  let tokens = 0;
  const fetcher = createFetcher(url, () => Promise.resolve(`token ${++tokens}`));

  const results = await collect(await fetcher(subscription));

  expect(results.map(({ data }) => data)).toEqual([{ labels: { at: "1" } }, { labels: { at: "2" } }]);
  expect(received.map(({ authorization }) => authorization)).toEqual(["Bearer token 1", "Bearer token 2"]);
});

test.each([
  { name: "with status 401", reason: "The status must not hide the code.", status: 401 },
  { name: "with status 200", reason: "application/json answers may keep 200.", status: 200 },
])("shows a refused subscription's JSON answer $name", async ({ status, reason }) => {
  const answer = { errors: [{ message: "sign in first", extensions: { code: "UNAUTHENTICATED" } }] };
  const { url, received } = await serve((response) => response.writeHead(status, json).end(JSON.stringify(answer, null, 2)));
  const fetcher = createFetcher(url, () => Promise.resolve(undefined));

  const results = await collect(await fetcher(subscription));

  expect(results, reason).toEqual([answer]);
  expect(received, "a refusal is an answer: asking again is no use").toHaveLength(1);
});

test("closes the connection when the person stops a subscription", async () => {
  const opened: ServerResponse[] = [];
  const { url } = await serve((response) => {
    opened.push(response);
    response.writeHead(200, stream).write('event: next\ndata: {"data":{}}\n\n');
  });
  const fetcher = createFetcher(url, () => Promise.resolve("abc"));
  const results = streamOf(await fetcher(subscription));
  expect((await results.next()).value).toEqual({ data: {} });

  const [response] = opened;
  const closed = response && once(response, "close");
  await results.return?.();

  await expect(closed).resolves.toEqual([]);
});
