/**
 * Which selections this browser has had archives made of, so that an archive whose time is over can be made again: the
 * API keeps the photos of a selection, not its words. Nothing here is secret; without storage there is simply no memory.
 */
const key = "pam.archives.selections";

/** How many archives to remember. */
const limit = 200;

type Entry = readonly [id: string, search: string];

function isEntry(entry: unknown): entry is Entry {
  return Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === "string");
}

function read(): Entry[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/** Remembers the selection of an archive, as the part of an address behind the question mark. */
export function rememberSelection(archiveId: string, search: string): void {
  const others = read().filter(([id]) => id !== archiveId);
  try {
    localStorage.setItem(key, JSON.stringify([[archiveId, search], ...others].slice(0, limit)));
  } catch {
    // Full or switched off.
  }
}

/** The selection that an archive was made of; undefined where another browser asked for it. */
export function selectionOf(archiveId: string): string | undefined {
  return read().find(([id]) => id === archiveId)?.[1];
}
