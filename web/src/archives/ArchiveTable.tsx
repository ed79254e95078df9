import Table from "@cloudscape-design/components/table";
import { useMemo, type ReactNode } from "react";

import { readFragment, type FragmentType } from "../gql";

import { archiveColumns, ArchiveRow } from "./archiveColumns";

interface ArchiveTableProps {
  readonly archives: readonly FragmentType<typeof ArchiveRow>[];
  /** What to show when there are none. */
  readonly empty: ReactNode;
  /** Called when an archive turns out not to be there any more; it stays the same function. */
  readonly onGone: () => void;
}

/** Archives with how far they are. */
export function ArchiveTable({ archives, empty, onGone }: ArchiveTableProps): ReactNode {
  const columns = useMemo(() => archiveColumns(onGone), [onGone]);
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
