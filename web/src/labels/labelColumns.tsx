import type { CardsProps } from "@cloudscape-design/components/cards";
import Checkbox from "@cloudscape-design/components/checkbox";
import type { TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { RouterLink } from "../app/RouterLink";
import { formatCountOf } from "../format/format";
import { graphql } from "../gql";
import type { LabelRowFragment } from "../gql/graphql";
import { addressOf, type Role } from "../photos/selection";

import { LabelCount } from "./LabelCount";

/** What a row shows of a label. */
export const LabelRow = graphql(`
  fragment LabelRow on Label {
    id
    name
    count
    parents
    categories
  }
`);

/** A label and what it is to do in the selection. */
export interface RoleChange {
  readonly label: string;
  readonly role: Role | undefined;
}

/** What rows and cards need beside the label. */
export interface Rows {
  readonly minConfidence: number;
  /** Labels whose counts have changed a moment ago, by their ids. */
  readonly marked: ReadonlySet<string>;
  readonly roleOf: (label: string) => Role | undefined;
  /** Whether another label can be taken into the selection. */
  readonly full: boolean;
  /** Gives labels other roles in the selection, or takes them out of it. */
  readonly onRoles: (changes: readonly RoleChange[]) => void;
}

function name({ name: label }: LabelRowFragment, { minConfidence }: Rows): ReactNode {
  return <RouterLink href={addressOf("/photos", { any: [label], all: [], none: [], minConfidence })}>{label}</RouterLink>;
}

function leaveOut({ name: label }: LabelRowFragment, { roleOf, full, onRoles }: Rows, text?: string): ReactNode {
  const role = roleOf(label);
  return (
    <Checkbox
      checked={role === "none"}
      disabled={full && role === undefined}
      ariaLabel={`Leave out ${label}`}
      onChange={({ detail }) => {
        onRoles([{ label, role: detail.checked ? "none" : undefined }]);
      }}
    >
      {text}
    </Checkbox>
  );
}

/** The columns of the table of labels. */
export function columnsOf(rows: Rows): TableProps.ColumnDefinition<LabelRowFragment>[] {
  return [
    { id: "name", header: "Label", cell: (label) => name(label, rows), isRowHeader: true, sortingField: "name" },
    {
      id: "count",
      header: "Photos",
      cell: ({ id, count }) => <LabelCount count={count} marked={rows.marked.has(id)} />,
      sortingField: "count",
      hasDynamicContent: true,
    },
    { id: "parents", header: "Part of", cell: ({ parents }) => parents.join(", ") },
    { id: "categories", header: "Category", cell: ({ categories }) => categories.join(", ") },
    { id: "none", header: "Leave out", cell: (label) => leaveOut(label, rows) },
  ];
}

/** What a card shows of a label. */
export function cardOf(rows: Rows): CardsProps.CardDefinition<LabelRowFragment> {
  return {
    header: (label) => name(label, rows),
    sections: [
      {
        id: "count",
        content: ({ id, count }) => <LabelCount count={count} text={formatCountOf(count, "photo")} marked={rows.marked.has(id)} />,
      },
      { id: "parents", content: ({ parents, categories }) => [...parents, ...categories].join(" · ") },
      { id: "none", content: (label) => leaveOut(label, rows, "Leave out") },
    ],
  };
}
