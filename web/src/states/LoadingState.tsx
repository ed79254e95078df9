import LiveRegion from "@cloudscape-design/components/live-region";
import type { ReactNode } from "react";

import styles from "./LoadingState.module.css";

interface LoadingStateProps {
  /** What is loading, for those who do not see the shapes: `Loading labels`. */
  readonly label: string;
  readonly shape?: "lines" | "tiles";
  /** How many shapes to show. */
  readonly count?: number;
}

/** Shapes in place of what is still loading, so that the page does not jump when it comes. */
export function LoadingState({ label, shape = "lines", count = 6 }: LoadingStateProps): ReactNode {
  return (
    <div className={shape === "tiles" ? styles.tiles : styles.lines}>
      <LiveRegion hidden>{label}</LiveRegion>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={shape === "tiles" ? styles.tile : styles.line} aria-hidden="true" />
      ))}
    </div>
  );
}
