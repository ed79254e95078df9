import { graphql } from "../gql";
import type { LatestNoticesQuery } from "../gql/graphql";

/** The newest notices, which are looked at on whatever page is open. */
export const latestNotices = graphql(`
  query LatestNotices {
    notices(first: 20) {
      nodes {
        id
        kind
        at
        archive {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** A notice as the watcher sees it. */
export type LatestNotice = LatestNoticesQuery["notices"]["nodes"][number];

/** A notice in words, and the page that says more. */
export interface Telling {
  readonly text: string;
  readonly type: "success" | "error";
  readonly href: string;
}

/** Puts a notice into words. */
export function tell({ kind, archive }: Pick<LatestNotice, "kind" | "archive">): Telling {
  const name = archive ? ` “${archive.name}”` : "";
  const href = archive ? `/archives/${archive.id}` : "/notices";
  return kind === "ARCHIVE_READY"
    ? { text: `Your archive${name} is ready`, type: "success", href }
    : { text: `Your archive${name} could not be built`, type: "error", href };
}
