import type { FieldPolicy, Reference } from "@apollo/client";

/** The part of the API's connections that paging needs; each document asks for `nodes` and `pageInfo`. */
interface Connection {
  readonly nodes?: readonly Reference[];
  readonly pageInfo?: { readonly endCursor?: string | null; readonly hasNextPage?: boolean };
}

interface ConnectionOptions {
  /** The arguments that make another list: everything but `first` and `after`. */
  readonly keyArgs: readonly string[] | false;
  /** Whether an item keeps its place in the list as long as it is there, as one that is ordered by time does. */
  readonly fixed: boolean;
}

/**
 * Keeps the pages of a connection as one list. `fetchMore` with `after` lengthens it; asking for the first page again
 * renews the head. In a list of fixed order the pages behind the head stay, so that a list that is open far down does
 * not jump when it is refreshed; in any other they are dropped, because what moved would be missing or there twice.
 */
export function connection({ keyArgs, fixed }: ConnectionOptions): FieldPolicy<Connection> {
  return {
    keyArgs: keyArgs === false ? false : [...keyArgs],
    merge(existing, incoming, { args }) {
      const after = args?.after as string | null | undefined;
      if (after) {
        return lengthen(existing, incoming, after);
      }
      return fixed ? renewHead(existing, incoming) : incoming;
    },
  };
}

function lengthen(existing: Connection | undefined, incoming: Connection, after: string): Connection {
  if (existing?.nodes === undefined || incoming.nodes === undefined) {
    return incoming;
  }
  // A page that was asked for before the list began anew: there would be a gap before it.
  if (existing.pageInfo?.endCursor !== after) {
    return existing;
  }
  const seen = new Set(existing.nodes.map(keyOf));
  return { ...existing, ...incoming, nodes: [...existing.nodes, ...incoming.nodes.filter((node) => !seen.has(keyOf(node)))] };
}

function renewHead(existing: Connection | undefined, incoming: Connection): Connection {
  const last = incoming.nodes?.at(-1);
  if (existing?.nodes === undefined || incoming.nodes === undefined || last === undefined) {
    return incoming;
  }
  const end = existing.nodes.findIndex((node) => keyOf(node) === keyOf(last));
  if (end < 0 || end === existing.nodes.length - 1) {
    return incoming;
  }
  const renewed = { ...existing, ...incoming, nodes: [...incoming.nodes, ...existing.nodes.slice(end + 1)] };
  return existing.pageInfo === undefined
    ? renewed
    : { ...renewed, pageInfo: { ...incoming.pageInfo, ...existing.pageInfo } };
}

function keyOf(node: Reference): string {
  return node.__ref;
}
