import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

import { RouterLink } from "../app/RouterLink";
import { formatConfidence } from "../format/format";
import { graphql, readFragment, type FragmentType } from "../gql";

import styles from "./PhotoDetails.module.css";
import { addressOf } from "./selection";

const PhotoLabelsFragment = graphql(`
  fragment PhotoLabels on Photo {
    id
    labels {
      name
      confidence
      parents
    }
  }
`);

interface PhotoLabelsProps {
  readonly photo: FragmentType<typeof PhotoLabelsFragment>;
  /** Labels below this confidence do not count where the person comes from; they show, but faintly. */
  readonly minConfidence: number;
}

/** What a photo shows, and how sure PAM is of it. Each label leads to the photos that carry it. */
export function PhotoLabels({ photo, minConfidence }: PhotoLabelsProps): ReactNode {
  const { labels } = readFragment(PhotoLabelsFragment, photo);
  if (labels.length === 0) {
    return <Box color="text-body-secondary">Nothing that PAM knows.</Box>;
  }
  return (
    <ul className={styles.labels}>
      {labels.map(({ name, confidence, parents }) => (
        <li key={name}>
          <div className={styles.label}>
            <span className={styles.name}>
              <RouterLink href={addressOf("/photos", { any: [name], all: [], none: [], minConfidence })}>{name}</RouterLink>
              {parents.length > 0 && <span className={styles.parents}> {parents.join(", ")}</span>}
            </span>
            <span>{formatConfidence(confidence)}</span>
          </div>
          <div className={confidence < minConfidence ? `${styles.bar ?? ""} ${styles.faint ?? ""}` : styles.bar} aria-hidden="true">
            <div style={{ width: `${confidence}%` }} />
          </div>
        </li>
      ))}
    </ul>
  );
}
