import type { LabelRowFragment } from "../gql/graphql";

import type { Rows } from "./labelColumns";

/** What tables and cards have in common: the labels, and which are included. */
export interface Choice {
  readonly items: readonly LabelRowFragment[];
  readonly trackBy: "id";
  readonly selectionType: "multi";
  readonly selectedItems: readonly LabelRowFragment[];
  readonly isItemDisabled: (label: LabelRowFragment) => boolean;
  readonly onSelectionChange: (event: { readonly detail: { readonly selectedItems: readonly LabelRowFragment[] } }) => void;
}

/** Lets labels be included in the selection by a box each: those that are ticked are of the role `any` at first. */
export function choiceOf(items: readonly LabelRowFragment[], rows: Rows): Choice {
  const isTaken = ({ name }: LabelRowFragment) => ["any", "all"].includes(rows.roleOf(name) ?? "");
  return {
    items,
    trackBy: "id",
    selectionType: "multi",
    selectedItems: items.filter(isTaken),
    isItemDisabled: ({ name }) => rows.full && rows.roleOf(name) === undefined,
    onSelectionChange: ({ detail }) => {
      const now = new Set(detail.selectedItems.map(({ id }) => id));
      const changed = items.filter((item) => now.has(item.id) !== isTaken(item));
      rows.onRoles(changed.map(({ id, name }) => ({ label: name, role: now.has(id) ? "any" : undefined })));
    },
  };
}
