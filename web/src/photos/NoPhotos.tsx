import Alert from "@cloudscape-design/components/alert";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";
import { EmptyState } from "../states/EmptyState";

import type { PhotoList } from "./photoList";
import { addressOf, countNames, hasLabels, maxNames, type Selection } from "./selection";

/** Says why a list has no photos, and what to do about it. */
export function NoPhotos({ list }: { list: PhotoList }): ReactNode {
  if (hasLabels(list.selection)) {
    return (
      <EmptyState title="No photo matches" action={<RouterButton href={addressOf("/labels", list.selection)}>Pick other labels</RouterButton>}>
        None of your photos carries this combination of labels.
      </EmptyState>
    );
  }
  switch (list.status) {
    case "PENDING":
      return (
        <EmptyState title="Nothing is being labelled" action={<RouterButton href="/uploads">Upload photos</RouterButton>}>
          Photos are here from their upload until PAM has labelled them.
        </EmptyState>
      );
    case "REJECTED":
      return <EmptyState title="No photo was refused">PAM could take all that you have uploaded.</EmptyState>;
    default:
      return (
        <EmptyState title="No photos yet" action={<RouterButton href="/uploads">Upload photos</RouterButton>}>
          Photos that you upload appear here.
        </EmptyState>
      );
  }
}

/** Says why the API would not take a selection, which an address may hold. */
export function NotAskable({ selection }: { selection: Selection }): ReactNode {
  return (
    <Alert type="warning" action={<RouterButton href={addressOf("/labels", selection)}>Change the selection</RouterButton>}>
      {countNames(selection) > maxNames
        ? `A selection may have ${maxNames} labels; these are ${countNames(selection)}.`
        : "The selection only leaves labels out; include one, too."}
    </Alert>
  );
}
