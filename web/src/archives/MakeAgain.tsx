import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";

import { selectionOf } from "./requestedSelections";

/** Leads to making an archive of the same selection anew, or to picking labels where this browser does not know it. */
export function MakeAgain({ id }: { id: string }): ReactNode {
  const search = selectionOf(id);
  return search === undefined ? (
    <RouterButton href="/labels">Pick labels anew</RouterButton>
  ) : (
    <RouterButton variant="primary" href={`/archives/new?${search}`}>
      Make it again
    </RouterButton>
  );
}
