import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import type { FragmentType } from "../gql";

import { columns, LabelRow } from "./labelColumns";
import { readFragment } from "../gql";

interface LabelTableProps {
  readonly labels: readonly FragmentType<typeof LabelRow>[];
  /** What to show when there are none. */
  readonly empty: ReactNode;
}

/** Labels with their counts and parents. */
export function LabelTable({ labels, empty }: LabelTableProps): ReactNode {
  return (
    <Table
      items={readFragment(LabelRow, labels)}
      columnDefinitions={columns}
      trackBy="id"
      variant="container"
      wrapLines
      empty={empty}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: "Labels" }}
    />
  );
}
