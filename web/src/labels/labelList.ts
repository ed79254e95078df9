import type { LabelOrder } from "../gql/graphql";

/** How the list of labels is shown; beside the selection, it is in the page's address. */
export interface LabelList {
  readonly search: string;
  readonly orderBy: LabelOrder;
  readonly cards: boolean;
}

/** Above this width, in CSS pixels, labels are a table where the person has not chosen. */
const wide = 688;

/** Reads the list from an address: `?search=do&order=name&view=cards`. */
export function labelListOf(parameters: URLSearchParams): LabelList {
  const view = parameters.get("view");
  return {
    search: parameters.get("search") ?? "",
    orderBy: parameters.get("order") === "name" ? "NAME_ASC" : "COUNT_DESC",
    cards: view === "cards" || (view !== "table" && window.innerWidth <= wide),
  };
}

/** The parameters of an address with a part of the list changed; what else they say stays. */
export function putList(parameters: URLSearchParams, { search, orderBy, cards }: Partial<LabelList>): URLSearchParams {
  const changed = new URLSearchParams(parameters);
  if (search !== undefined) {
    put(changed, "search", search);
  }
  if (orderBy !== undefined) {
    put(changed, "order", orderBy === "NAME_ASC" ? "name" : "");
  }
  if (cards !== undefined) {
    put(changed, "view", cards ? "cards" : "table");
  }
  return changed;
}

function put(parameters: URLSearchParams, name: string, value: string): void {
  if (value === "") {
    parameters.delete(name);
  } else {
    parameters.set(name, value);
  }
}
