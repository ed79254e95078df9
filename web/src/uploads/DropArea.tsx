import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Icon from "@cloudscape-design/components/icon";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef, type ChangeEvent, type ReactNode } from "react";

import { formatBytes, formatCountOf } from "../format/format";
import { accepted, candidatesOf, largestFile, type Candidate } from "./files";

import styles from "./DropArea.module.css";
import { useDrop } from "./useDrop";

/** Not every phone knows folders. */
const knowsFolders = "webkitdirectory" in HTMLInputElement.prototype;

interface DropAreaProps {
  readonly onFiles: (files: Candidate[]) => void;
  /** Takes less room, where something else on the page matters more. */
  readonly compact?: boolean;
}

/** Where photos are chosen, or dropped anywhere in the window. */
export function DropArea({ onFiles, compact = false }: DropAreaProps): ReactNode {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const { over, reading, unread } = useDrop(onFiles);
  const take = ({ target }: ChangeEvent<HTMLInputElement>) => {
    onFiles(candidatesOf(target.files ?? []));
    // So that the same files can be chosen once more.
    target.value = "";
  };
  return (
    <div className={over ? `${styles.area} ${styles.over}` : styles.area}>
      <SpaceBetween size="s" alignItems="center">
        {!compact && <Icon name="upload" size="big" variant="subtle" />}
        <Box variant="strong">{over ? "Let go to upload" : "Drop photos or whole folders here"}</Box>
        <div className={styles.buttons}>
          <Button variant="primary" onClick={() => files.current?.click()}>
            Choose photos
          </Button>
          {knowsFolders && <Button onClick={() => folder.current?.click()}>Choose a folder</Button>}
        </div>
        <Box color="text-body-secondary" fontSize="body-s" textAlign="center">
          JPEG or PNG, up to {formatBytes(largestFile)} each. Pictures that you have already are not sent again.
        </Box>
      </SpaceBetween>
      <div role="status" className={styles.status}>
        {reading !== undefined && `Reading folders: ${formatCountOf(reading, "file")} so far`}
        {unread.length > 0 && `Could not be read: ${unread.join(", ")}`}
      </div>
      <input ref={files} type="file" multiple accept={accepted} onChange={take} hidden aria-label="Photos" />
      <input ref={folder} type="file" multiple {...{ webkitdirectory: "" }} onChange={take} hidden aria-label="Folder" />
    </div>
  );
}
