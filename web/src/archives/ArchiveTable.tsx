import Table from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { readFragment, type FragmentType } from "../gql";

import { ArchiveRow, columns } from "./archiveColumns";

interface ArchiveTableProps {
  readonly archives: readonly FragmentType<typeof ArchiveRow>[];
  /** What to show when there are none. */
  readonly empty: ReactNode;
}

/** Archives with how far they are. */
export function ArchiveTable({ archives, empty }: ArchiveTableProps): ReactNode {
  return (
    <Table
      items={readFragment(ArchiveRow, archives)}
      columnDefinitions={columns}
      trackBy="id"
      variant="container"
      wrapLines
      enableKeyboardNavigation
      empty={empty}
      ariaLabels={{ tableLabel: "Archives" }}
    />
  );
}
