import { memo, type ReactNode } from "react";
import { Link } from "react-router";

import { graphql } from "../gql";
import type { PhotoTileFragment } from "../gql/graphql";

import styles from "./PhotoGrid.module.css";
import { useThumbnail } from "./useThumbnail";

/** What a tile shows of a photo. */
export const PhotoTileFields = graphql(`
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

interface PhotoTileProps {
  readonly photo: PhotoTileFragment;
  readonly href: string;
  /** Whether it is picked; undefined where photos cannot be. */
  readonly picked: boolean | undefined;
  /** Whether Tab leads to it; the arrow keys lead to the others. */
  readonly reachable: boolean;
  readonly online: boolean;
}

/** A photo as a tile that leads to its page. The grid around it handles clicks and keys. */
export const PhotoTile = memo(function PhotoTile({ photo, href, picked, reachable, online }: PhotoTileProps): ReactNode {
  const { id, fileName, rejection } = photo;
  const tabIndex = reachable ? 0 : -1;
  return (
    <li className={styles.cell} data-id={id}>
      <Link className={picked === true ? `${styles.tile ?? ""} ${styles.picked ?? ""}` : styles.tile} to={href} tabIndex={tabIndex} title={rejection?.message ?? fileName}>
        <Picture photo={photo} online={online} />
      </Link>
      {picked !== undefined && (
        <input className={styles.box} type="checkbox" checked={picked} readOnly tabIndex={tabIndex} aria-label={`Select ${fileName}`} />
      )}
    </li>
  );
});

function Picture({ photo, online }: Pick<PhotoTileProps, "photo" | "online">): ReactNode {
  const { id, fileName, status, thumbnailUrl, rejection } = photo;
  const { failed, version, onError, onLoad } = useThumbnail(id, online);
  if (thumbnailUrl != null && !failed) {
    return <img key={version} src={thumbnailUrl} alt={fileName} loading="lazy" decoding="async" draggable={false} onError={onError} onLoad={onLoad} />;
  }
  return (
    <span className={styles.note}>
      {status === "REJECTED" && <strong>Refused</strong>}
      {status === "PENDING" && "Being labelled"}
      {status === "LABELLED" && "The picture could not be loaded"}
      {rejection && <span className={styles.reason}>{rejection.message}</span>}
      <span className={styles.name}>{fileName}</span>
    </span>
  );
}
