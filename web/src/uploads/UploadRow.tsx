import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { memo, type ReactNode } from "react";

import { RouterLink } from "../app/RouterLink";
import { formatBytes } from "../format/format";

import type { Upload } from "./upload";
import styles from "./UploadList.module.css";
import { statusOf } from "./wording";

/** One file: its name, how it stands, how far it is, and why it is not a photo of the person's now. */
export const UploadRow = memo(function UploadRow({ path, size, sent, status, reason, photoId, requestId }: Omit<Upload, "id">): ReactNode {
  const { type, text } = statusOf(status);
  const cut = path.lastIndexOf("/") + 1;
  const name = path.slice(cut);
  const links = photoId !== undefined && (status === "uploaded" || status === "duplicate");
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <div className={styles.name}>
          {cut > 0 && <span className={styles.folder}>{path.slice(0, cut)}</span>}
          {links ? <RouterLink href={`/photos/${photoId}`}>{name}</RouterLink> : name}
        </div>
        {reason !== undefined && (
          <Box fontSize="body-s" color="text-body-secondary">
            {reason}
            {requestId !== undefined && ` Request ${requestId}.`}
          </Box>
        )}
        {status === "sending" && <progress className={styles.progress} value={sent} max={size} aria-label={`Progress of ${name}`} />}
      </div>
      <div className={styles.size}>{formatBytes(size)}</div>
      <div className={styles.status}>
        <StatusIndicator type={type}>{text}</StatusIndicator>
      </div>
    </li>
  );
});
