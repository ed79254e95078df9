import Cards from "@cloudscape-design/components/cards";
import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { readFragment, type FragmentType } from "../gql";
import type { LabelOrder, LabelRowFragment } from "../gql/graphql";

import { cardOf, columnsOf, LabelRow, type Rows } from "./labelColumns";

interface LabelTableProps {
  readonly labels: readonly FragmentType<typeof LabelRow>[];
  readonly cards: boolean;
  readonly orderBy: LabelOrder;
  readonly onOrder: (orderBy: LabelOrder) => void;
  readonly rows: Rows;
  /** What to show when there are none. */
  readonly empty: ReactNode;
}

/** Labels with their counts and parents, as a table or as cards; each can be taken into the selection or left out of it. */
export function LabelTable({ labels, cards, orderBy, onOrder, rows, empty }: LabelTableProps): ReactNode {
  const items = readFragment(LabelRow, labels);
  const isTaken = ({ name }: LabelRowFragment) => ["any", "all"].includes(rows.roleOf(name) ?? "");
  const taken = items.filter(isTaken);
  const shared = {
    items,
    trackBy: "id",
    selectionType: "multi",
    selectedItems: taken,
    isItemDisabled: ({ name }: LabelRowFragment) => rows.full && rows.roleOf(name) === undefined,
    onSelectionChange: ({ detail }: { detail: { selectedItems: LabelRowFragment[] } }) => {
      const now = new Set(detail.selectedItems.map(({ id }) => id));
      const changed = items.filter((item) => now.has(item.id) !== isTaken(item));
      rows.onRoles(changed.map(({ id, name }) => ({ label: name, role: now.has(id) ? "any" : undefined })));
    },
    empty,
  } as const;
  if (cards) {
    return (
      <Cards
        {...shared}
        cardDefinition={cardOf(rows)}
        cardsPerRow={[{ cards: 1 }, { minWidth: 480, cards: 2 }, { minWidth: 768, cards: 3 }, { minWidth: 1100, cards: 4 }]}
        ariaLabels={{ cardsLabel: "Labels", selectionGroupLabel: "Include", itemSelectionLabel: (_, { name }) => name }}
      />
    );
  }
  const columns = columnsOf(rows);
  const sorted = columns.find(({ id }) => id === (orderBy === "NAME_ASC" ? "name" : "count")) ?? { sortingField: "count" };
  return (
    <Table
      {...shared}
      columnDefinitions={columns}
      variant="container"
      wrapLines
      enableKeyboardNavigation
      sortingColumn={sorted}
      sortingDescending={orderBy === "COUNT_DESC"}
      onSortingChange={({ detail }) => {
        onOrder(detail.sortingColumn.sortingField === "name" ? "NAME_ASC" : "COUNT_DESC");
      }}
      ariaLabels={{
        tableLabel: "Labels",
        selectionGroupLabel: "Labels to include",
        allItemsSelectionLabel: () => "Include all labels that are shown",
        itemSelectionLabel: (_, { name }) => `Include ${name}`,
      }}
    />
  );
}
