import { useEffect, useEffectEvent, useState } from "react";

import { entriesOf, holdsFiles, readEntries } from "./dropped";
import type { Candidate } from "./files";

/** What is going on with files that are dragged or have been dropped. */
interface Drop {
  /** Whether files are being dragged over the window. */
  readonly over: boolean;
  /** How many files have been found so far, while folders are read. */
  readonly reading: number | undefined;
  /** Paths that could not be read. */
  readonly unread: readonly string[];
}

/** Takes files that are dropped anywhere in the window; without it the browser would leave the page to show them. */
export function useDrop(onFiles: (files: Candidate[]) => void): Drop {
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState<number>();
  const [unread, setUnread] = useState<readonly string[]>([]);
  const take = useEffectEvent(onFiles);
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (holdsFiles(event.dataTransfer)) {
        event.preventDefault();
        setOver(true);
      }
    };
    const leave = (event: DragEvent) => {
      // Without a target beyond, the pointer has left the window.
      if (event.relatedTarget === null) {
        setOver(false);
      }
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (event.dataTransfer === null || !holdsFiles(event.dataTransfer)) {
        return;
      }
      event.preventDefault();
      let found = 0;
      setReading(0);
      void readEntries(entriesOf(event.dataTransfer), (files) => {
        found += files.length;
        setReading(found);
        take(files);
      }).then((paths) => {
        setReading(undefined);
        setUnread(paths);
      });
    };
    window.addEventListener("dragover", drag);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", drag);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return { over, reading, unread };
}
