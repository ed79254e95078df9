import { useSearchParams } from "react-router";

import type { LabelOrder } from "../gql/graphql";

/** How the list of labels is shown; beside the selection, it is in the page's address. */
export interface LabelList {
  readonly search: string;
  readonly orderBy: LabelOrder;
  readonly cards: boolean;
}

/** Above this width, in CSS pixels, labels are a table where the person has not chosen. */
const wide = 688;

/** The list as the address has it, and a way to change a part of it. */
export function useLabelList(): [LabelList, (change: Partial<LabelList>) => void] {
  const [parameters, setParameters] = useSearchParams();
  const view = parameters.get("view");
  const list: LabelList = {
    search: parameters.get("search") ?? "",
    orderBy: parameters.get("order") === "name" ? "NAME_ASC" : "COUNT_DESC",
    cards: view === "cards" || (view !== "table" && window.innerWidth <= wide),
  };
  const change = ({ search, orderBy, cards }: Partial<LabelList>) => {
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
    setParameters(changed, { replace: true });
  };
  return [list, change];
}

function put(parameters: URLSearchParams, name: string, value: string): void {
  if (value === "") {
    parameters.delete(name);
  } else {
    parameters.set(name, value);
  }
}
