import { useCollection } from "@cloudscape-design/collection-hooks";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";

import { formatCount } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";
import type { SkippedPhotosFragment } from "../gql/graphql";

const SkippedPhotosOf = graphql(`
  fragment SkippedPhotos on Archive {
    id
    skipped {
      photoId
      fileName
      reason
    }
  }
`);

/** How many the API names at most. */
const listed = 500;

const pageSize = 20;

const columns: TableProps.ColumnDefinition<SkippedPhotosFragment["skipped"][number]>[] = [
  { id: "file", header: "File", cell: ({ fileName }) => fileName, isRowHeader: true },
  { id: "reason", header: "Why it is missing", cell: ({ reason }) => reason },
];

/** The photos that an archive could not hold, and why; nothing where it holds all. */
export function SkippedPhotos({ archive }: { archive: FragmentType<typeof SkippedPhotosOf> }): ReactNode {
  const { skipped } = readFragment(SkippedPhotosOf, archive);
  const { items, collectionProps, paginationProps } = useCollection(skipped, { pagination: { pageSize } });
  if (skipped.length === 0) {
    return null;
  }
  const counter = skipped.length >= listed ? `(${formatCount(listed)}+)` : `(${formatCount(skipped.length)})`;
  const description =
    skipped.length >= listed
      ? "These are the first 500. The file labels.csv in the zip names all of them."
      : "They could not be put in. The file labels.csv in the zip names them, too.";
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy="photoId"
      wrapLines
      enableKeyboardNavigation
      header={
        <Header variant="h2" counter={counter} description={description}>
          Photos left out
        </Header>
      }
      ariaLabels={{ tableLabel: "Photos left out" }}
      {...(skipped.length > pageSize && { pagination: <Pagination {...paginationProps} /> })}
    />
  );
}
