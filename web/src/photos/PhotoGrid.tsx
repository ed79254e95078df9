import { useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";

import { useOnline } from "../api/online";
import { readFragment, type FragmentType } from "../gql";

import { tileAfter } from "./gridKeys";
import styles from "./PhotoGrid.module.css";
import { PhotoTile, PhotoTileFields } from "./PhotoTile";
import { extend, nothingPicked, pickedOf, toggle, type Picking } from "./picking";
import { useFocusOn } from "./useFocusOn";

interface PhotoGridProps {
  readonly photos: readonly FragmentType<typeof PhotoTileFields>[];
  /** What follows the address of a photo: the list that its page goes through. */
  readonly search?: string;
  /** The photos that are picked; without it none can be. */
  readonly picking?: Picking;
  readonly onPick?: (picking: Picking) => void;
  /** Asks whether to delete what is picked, or else the photo that has the focus. */
  readonly onDelete?: (ids: string[]) => void;
  /** Called before a photo's page opens. */
  readonly onOpen?: (id: string) => void;
  /** The photo to give the focus to at first: where the person was before. */
  readonly focus?: string | undefined;
}

/**
 * Photos as tiles; each leads to its own page. Tab leads to one of them and arrow keys to the others; Space picks, with
 * Shift a range, Control-A picks all, Escape none, and Delete asks. Tiles out of sight are neither laid out nor drawn.
 */
export function PhotoGrid({ photos, search = "", picking, onPick, onDelete, onOpen, focus }: PhotoGridProps): ReactNode {
  const tiles = readFragment(PhotoTileFields, photos);
  const ids = tiles.map(({ id }) => id);
  const online = useOnline();
  const grid = useRef<HTMLUListElement>(null);
  const [active, setActive] = useState(focus);
  useFocusOn(grid, focus);
  const reachable = active !== undefined && ids.includes(active) ? active : ids[0];

  const pick = (next: Picking) => {
    onPick?.(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const id = idOf(event.target);
    const index = id === undefined ? -1 : ids.indexOf(id);
    if (id === undefined || index < 0 || event.altKey) {
      return;
    }
    const command = event.ctrlKey || event.metaKey;
    const next = command ? undefined : tileAfter(event.key, index, ids.length, columnsOf(grid.current));
    const target = next === undefined ? undefined : ids[next];
    if (next !== undefined && target !== undefined) {
      linkOf(grid.current, next)?.focus();
      if (event.shiftKey && picking) {
        // A range begins where the person is, unless it has begun already.
        const from = picking.anchor === undefined ? toggle(picking, id) : picking;
        pick(extend(from, target, ids));
      }
    } else if (event.key === " " && picking && !(event.target instanceof HTMLInputElement)) {
      pick(event.shiftKey ? extend(picking, id, ids) : toggle(picking, id));
    } else if (command && event.key.toLowerCase() === "a" && picking) {
      pick({ ids: new Set(ids), anchor: id });
    } else if (event.key === "Escape" && picking && picking.ids.size > 0) {
      pick(nothingPicked);
    } else if (event.key === "Delete" && onDelete) {
      const picked = picking ? pickedOf(picking, ids) : [];
      onDelete(picked.length > 0 ? picked : [id]);
    } else {
      return;
    }
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const id = idOf(event.target);
    if (id === undefined) {
      return;
    }
    if (event.target instanceof HTMLInputElement && picking) {
      pick(event.shiftKey ? extend(picking, id, ids) : toggle(picking, id));
    } else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      onOpen?.(id);
    }
  };
  return (
    <ul
      ref={grid}
      className={picking && picking.ids.size > 0 ? `${styles.grid ?? ""} ${styles.choosing ?? ""}` : styles.grid}
      aria-label="Photos"
      onKeyDown={onKeyDown}
      onClickCapture={onClick}
      onFocus={({ target }) => {
        setActive(idOf(target));
      }}
    >
      {tiles.map((photo) => (
        <PhotoTile
          key={photo.id}
          photo={photo}
          href={`/photos/${photo.id}${search}`}
          picked={picking?.ids.has(photo.id)}
          reachable={photo.id === reachable}
          online={online}
        />
      ))}
    </ul>
  );
}

/** The photo whose tile holds an element. */
function idOf(target: EventTarget): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>("[data-id]")?.dataset.id : undefined;
}

function linkOf(grid: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return grid?.children[index]?.querySelector("a");
}

/** How many tiles a row has, as the browser has laid them out. */
function columnsOf(grid: HTMLElement | null): number {
  return grid === null ? 1 : getComputedStyle(grid).gridTemplateColumns.split(" ").length;
}
