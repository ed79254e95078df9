import type { TableProps } from "@cloudscape-design/components/table";

import { RouterLink } from "../app/RouterLink";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import type { LabelRowFragment } from "../gql/graphql";

/** What a row shows of a label. */
export const LabelRow = graphql(`
  fragment LabelRow on Label {
    id
    name
    count
    parents
  }
`);

/** The columns of the table of labels. */
export const columns: TableProps.ColumnDefinition<LabelRowFragment>[] = [
  {
    id: "name",
    header: "Label",
    cell: ({ name }) => <RouterLink href={`/photos?any=${encodeURIComponent(name)}`}>{name}</RouterLink>,
    isRowHeader: true,
  },
  { id: "count", header: "Photos", cell: ({ count }) => formatCount(count) },
  { id: "parents", header: "Part of", cell: ({ parents }) => parents.join(", ") },
];
