/** The photos that a person has picked in a list, to do something with them. */
export interface Picking {
  readonly ids: ReadonlySet<string>;
  /** Where a range begins: the photo that was picked last by itself. */
  readonly anchor: string | undefined;
}

export const nothingPicked: Picking = { ids: new Set(), anchor: undefined };

/** Picks a photo, or puts it back. */
export function toggle({ ids }: Picking, id: string): Picking {
  const changed = new Set(ids);
  if (!changed.delete(id)) {
    changed.add(id);
  }
  return { ids: changed, anchor: id };
}

/** Picks all photos from the anchor to this one, beside those that are picked. */
export function extend({ ids, anchor }: Picking, id: string, list: readonly string[]): Picking {
  const from = anchor === undefined ? -1 : list.indexOf(anchor);
  const to = list.indexOf(id);
  if (from < 0 || to < 0) {
    return { ids: new Set([...ids, id]), anchor: id };
  }
  return { ids: new Set([...ids, ...list.slice(Math.min(from, to), Math.max(from, to) + 1)]), anchor };
}

/** What is picked of a list; photos may have gone from it. */
export function pickedOf({ ids }: Picking, list: readonly string[]): string[] {
  return ids.size === 0 ? [] : list.filter((id) => ids.has(id));
}
