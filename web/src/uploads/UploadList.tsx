import Pagination from "@cloudscape-design/components/pagination";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import { useState, type ReactNode } from "react";

import { formatCount } from "../format/format";

import type { Part, Totals } from "./ledger";
import styles from "./UploadList.module.css";
import { UploadRow } from "./UploadRow";
import { useUploader, useUploadSummary } from "./UploadsContext";

/** Files on one page of the list. */
const pageLength = 25;

const parts: readonly { readonly id: Part; readonly text: string; readonly count: (totals: Totals) => number }[] = [
  { id: "all", text: "All", count: ({ total }) => total },
  { id: "onTheirWay", text: "On their way", count: ({ unfinished }) => unfinished },
  { id: "failed", text: "Failed", count: ({ counts }) => counts.failed },
  { id: "refused", text: "Refused", count: ({ counts }) => counts.refused },
  { id: "duplicate", text: "Duplicates", count: ({ counts }) => counts.duplicate },
  { id: "cancelled", text: "Cancelled", count: ({ counts }) => counts.cancelled },
  { id: "uploaded", text: "Uploaded", count: ({ counts }) => counts.uploaded },
];

/** The files page by page: what went wrong first, then what moves. However many there are, few are drawn. */
export function UploadList(): ReactNode {
  const uploader = useUploader();
  const summary = useUploadSummary();
  const [chosen, setChosen] = useState<Part>("all");
  const [wanted, setWanted] = useState(1);
  const shown = parts.filter(({ id, count }) => id === "all" || count(summary) > 0);
  const part = shown.find(({ id }) => id === chosen) ?? parts[0];
  const pages = Math.max(1, Math.ceil((part?.count(summary) ?? 0) / pageLength));
  const page = Math.min(wanted, pages);
  return (
    <div>
      <div className={styles.tools}>
        {shown.length > 2 && (
          <SegmentedControl
            label="Which files to show"
            selectedId={part?.id ?? "all"}
            options={shown.map(({ id, text, count }) => ({ id, text: `${text} (${formatCount(count(summary))})` }))}
            onChange={({ detail }) => {
              setChosen(detail.selectedId as Part);
              setWanted(1);
            }}
          />
        )}
        {pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            ariaLabels={{
              paginationLabel: "Pages of files",
              nextPageLabel: "Next page",
              previousPageLabel: "Previous page",
              pageLabel: (number) => `Page ${number} of ${pages}`,
            }}
            onChange={({ detail }) => {
              setWanted(detail.currentPageIndex);
            }}
          />
        )}
      </div>
      <ul className={styles.list} aria-label="Files">
        {uploader.page(part?.id ?? "all", (page - 1) * pageLength, pageLength).map(({ id, path, size, sent, status, reason, photoId, requestId }) => (
          <UploadRow key={id} path={path} size={size} sent={sent} status={status} reason={reason} photoId={photoId} requestId={requestId} />
        ))}
      </ul>
    </div>
  );
}
