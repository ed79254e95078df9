import Table from "@cloudscape-design/components/table";
import { lazy, Suspense, type ReactNode } from "react";

import { readFragment, type FragmentType } from "../gql";
import type { LabelOrder } from "../gql/graphql";
import { LoadingState } from "../states/LoadingState";

import { choiceOf } from "./labelChoice";
import { columnsOf, LabelRow, type Rows } from "./labelColumns";

/** Most people see the table; the code of cards comes when it is wanted. */
const LabelCards = lazy(async () => ({ default: (await import("./LabelCards")).LabelCards }));

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
  const choice = choiceOf(readFragment(LabelRow, labels), rows);
  if (cards) {
    return (
      <Suspense fallback={<LoadingState label="Loading cards" count={8} />}>
        <LabelCards choice={choice} rows={rows} empty={empty} />
      </Suspense>
    );
  }
  const columns = columnsOf(rows);
  const sorted = columns.find(({ id }) => id === (orderBy === "NAME_ASC" ? "name" : "count")) ?? { sortingField: "count" };
  return (
    <Table
      {...choice}
      empty={empty}
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
