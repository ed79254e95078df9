import type { ReactNode } from "react";

import { formatCount } from "../format/format";

import styles from "./LabelCount.module.css";

interface LabelCountProps {
  readonly count: number;
  /** What to write in place of the number alone. */
  readonly text?: string;
  /** Whether it has changed a moment ago. */
  readonly marked: boolean;
}

/** How many photos carry a label; a change shows for a moment. */
export function LabelCount({ count, text = formatCount(count), marked }: LabelCountProps): ReactNode {
  return <span className={marked ? `${styles.count ?? ""} ${styles.marked ?? ""}` : styles.count}>{text}</span>;
}
