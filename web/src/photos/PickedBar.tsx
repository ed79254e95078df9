import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { formatCount } from "../format/format";

import styles from "./PickedBar.module.css";

interface PickedBarProps {
  readonly count: number;
  /** How many photos the list shows. */
  readonly shown: number;
  readonly onAll: () => void;
  readonly onNone: () => void;
  readonly onDelete: () => void;
}

/** How many photos are picked, and what can be done with them; how to pick some, while there are none. */
export function PickedBar({ count, shown, onAll, onNone, onDelete }: PickedBarProps): ReactNode {
  return (
    <section className={count > 0 ? `${styles.bar ?? ""} ${styles.busy ?? ""}` : styles.bar} aria-label="Picked photos">
      <LiveRegion>
        {count > 0 ? (
          `${formatCount(count)} selected`
        ) : (
          <span className={styles.hint}>Arrow keys move, Enter opens, Space selects, Shift selects a range, Delete deletes.</span>
        )}
      </LiveRegion>
      {count > 0 && (
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={onNone}>
            Clear
          </Button>
          {count < shown && <Button onClick={onAll}>Select all {formatCount(shown)}</Button>}
          <Button iconName="remove" onClick={onDelete}>
            Delete
          </Button>
        </SpaceBetween>
      )}
    </section>
  );
}
