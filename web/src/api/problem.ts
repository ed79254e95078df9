import { CombinedGraphQLErrors, CombinedProtocolErrors, ServerError, ServerParseError } from "@apollo/client/errors";
import type { GraphQLFormattedError } from "graphql";

/** The codes of the API's own errors; `docs/api.md` says what each means. */
const codes = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "BAD_USER_INPUT",
  "NOT_FOUND",
  "CONFLICT",
  "LIMIT_EXCEEDED",
  "INTERNAL",
] as const;

/** A code of the API, or `NETWORK`: no answer has come, or none that the API has given. */
export type ProblemCode = (typeof codes)[number] | "NETWORK";

/** What went wrong with a request, for the page to show. */
export interface Problem {
  readonly code: ProblemCode;
  /** One or more sentences for the person at the page. */
  readonly message: string;
  /** The input field at fault, where the API names one. */
  readonly field?: string;
  /** Leads to the server's log; there is none when no answer has come. */
  readonly requestId?: string;
  /** Whether the same request may well succeed later. */
  readonly passing: boolean;
}

/** Says what an error of Apollo Client means. It takes whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (CombinedGraphQLErrors.is(error)) {
    return ofAnswer(error.errors[0]);
  }
  if (CombinedProtocolErrors.is(error)) {
    return ofAnswer(error.errors[0]);
  }
  if (ServerError.is(error) || ServerParseError.is(error)) {
    const id = error.response.headers.get("x-request-id");
    return {
      code: "NETWORK",
      message: `The server answered ${error.statusCode}, and not as PAM does.`,
      passing: true,
      ...(id === null ? {} : { requestId: id }),
    };
  }
  // fetch() rejects with a TypeError when there is no answer at all (Fetch standard, section 5.6).
  if (error instanceof TypeError || !(error instanceof Error)) {
    return { code: "NETWORK", message: "The server cannot be reached.", passing: true };
  }
  return { code: "NETWORK", message: error.message, passing: true };
}

/** Says whether the API refused an answer for want of a good token. */
export function isUnauthenticated(errors: readonly GraphQLFormattedError[] | undefined): boolean {
  return errors?.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED") ?? false;
}

function ofAnswer(error: GraphQLFormattedError | undefined): Problem {
  const { code, field, requestId } = error?.extensions ?? {};
  const known = codes.find((candidate) => candidate === code) ?? "INTERNAL";
  return {
    code: known,
    message: sentence(error?.message ?? "The server does not say what went wrong"),
    passing: known === "INTERNAL" || known === "UNAUTHENTICATED",
    ...(typeof field === "string" ? { field } : {}),
    ...(typeof requestId === "string" ? { requestId } : {}),
  };
}

/** The API's messages are phrases, as Go's are; people read sentences. */
function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
