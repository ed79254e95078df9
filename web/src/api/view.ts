import { NetworkStatus } from "@apollo/client";

/** The part of a query's result that says how it stands. */
interface Standing {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly networkStatus: NetworkStatus;
}

/** How a query stands, as pages show it: data that is there stays in sight while it is renewed, or when that fails. */
export type View = "loading" | "failed" | "shown";

/** Says what to show of a query. */
export function viewOf({ data, error }: Standing): View {
  if (data !== undefined) {
    return "shown";
  }
  return error === undefined ? "loading" : "failed";
}

/** Says whether further items of a list are on their way. */
export function isFetchingMore({ networkStatus }: Standing): boolean {
  return networkStatus === NetworkStatus.fetchMore;
}
