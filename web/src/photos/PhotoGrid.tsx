import type { ReactNode } from "react";
import { Link } from "react-router";

import { graphql, readFragment, type FragmentType } from "../gql";

import styles from "./PhotoGrid.module.css";

/** What a tile shows of a photo. */
export const PhotoTile = graphql(`
  fragment PhotoTile on Photo {
    id
    fileName
    status
    thumbnailUrl
    rejection {
      code
      message
    }
  }
`);

/** What is written on a tile that has no picture. */
const notes = { PENDING: "Being labelled", REJECTED: "Refused", LABELLED: "" } as const;

/** Photos as tiles; each leads to its own page. */
export function PhotoGrid({ photos }: { photos: readonly FragmentType<typeof PhotoTile>[] }): ReactNode {
  return (
    <ul className={styles.grid}>
      {readFragment(PhotoTile, photos).map(({ id, fileName, status, thumbnailUrl, rejection }) => (
        <li key={id}>
          <Link className={styles.tile} to={`/photos/${id}`} title={rejection?.message ?? fileName}>
            {thumbnailUrl == null ? (
              <span className={styles.note}>
                {notes[status]}
                <span className={styles.name}>{fileName}</span>
              </span>
            ) : (
              <img src={thumbnailUrl} alt={fileName} loading="lazy" decoding="async" />
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}
