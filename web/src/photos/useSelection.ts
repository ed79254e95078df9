import { useSearchParams } from "react-router";

import { matchOf, putInto, type Selection } from "./selection";

/** The selection in the page's address, and a way to put another there; going back does not go through each of them. */
export function useSelection(): [Selection, (selection: Selection) => void] {
  const [parameters, setParameters] = useSearchParams();
  const select = (selection: Selection) => {
    setParameters(putInto(parameters, selection), { replace: true });
  };
  return [matchOf(parameters), select];
}
