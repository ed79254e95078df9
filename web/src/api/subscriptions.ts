import type { ExecutionResult } from "graphql";
import { createClient, type RequestParams } from "graphql-sse";

/** How often to try again when a stream breaks off, and how long to wait before each time, in milliseconds. */
const defaultAttempts = 3;
const pause = 1000;

/**
 * Runs a subscription over server-sent events (the "distinct connections" mode of the GraphQL over SSE protocol: one
 * POST each, `next` events, `complete` at the end). A stream that breaks off is asked for again, as deployments that
 * limit the length of a response (Lambda) require. A server that answers with plain JSON instead of a stream, as it
 * does to say what is wrong with the request, gives that answer as the only result.
 * @param headers are asked for at each connection, so that it has a fresh token.
 * @param attempts how often to try again; 0 leaves that to the caller.
 */
export function subscribe(
  url: string,
  request: RequestParams,
  headers: () => Promise<Record<string, string>>,
  attempts = defaultAttempts,
): AsyncIterableIterator<ExecutionResult> {
  const client = createClient({
    url,
    headers,
    fetchFn: fetchStream,
    retryAttempts: attempts,
    retry: () => new Promise((resolve) => setTimeout(resolve, pause)),
  });
  return client.iterate(request);
}

/** fetch, except that an answer in JSON becomes a stream of one event: the client knows only streams. */
async function fetchStream(input: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (!isJson(response.headers.get("content-type"))) {
    return response;
  }
  // Parsed and written anew, because an event's data must be on one line.
  const answer: unknown = await response.json();
  return new Response(`event: next\ndata: ${JSON.stringify(answer)}\n\nevent: complete\ndata:\n\n`, {
    headers: { "Content-Type": "text/event-stream" },
  });
}

/** Says whether a media type is JSON, `application/graphql-response+json` included. */
export function isJson(contentType: string | null): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(contentType ?? "");
}
