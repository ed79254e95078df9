import { isMeant, type Candidate } from "./files";

/** Says whether something that is dragged over the page holds files. */
export function holdsFiles(data: DataTransfer | null): boolean {
  return data?.types.includes("Files") ?? false;
}

/**
 * The entries that were dropped. Call it in the event itself: afterwards the browser has forgotten them.
 */
export function entriesOf(data: DataTransfer): (FileSystemEntry | File)[] {
  return Array.from(data.items)
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
    .filter((entry) => entry !== null);
}

/** How many files are handed on at once at most, so that a large folder shows up while it is being read. */
const portion = 100;

/**
 * Reads entries, and folders with all that is in them, however deep.
 * @param onFiles gets the files, some at a time.
 * @returns the paths that could not be read.
 */
export async function readEntries(entries: readonly (FileSystemEntry | File)[], onFiles: (files: Candidate[]) => void): Promise<string[]> {
  const unread: string[] = [];
  let found: Candidate[] = [];
  const flush = () => {
    if (found.length > 0) {
      onFiles(found);
      found = [];
    }
  };
  // A stack instead of recursion: nobody knows how deep folders are.
  const open: (FileSystemEntry | File)[] = [...entries].reverse();
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    if (entry instanceof File) {
      found.push({ file: entry, path: entry.name });
    } else if (isMeant(entry.name)) {
      const path = entry.fullPath.replace(/^\//, "");
      try {
        if (isFile(entry)) {
          found.push({ file: await fileOf(entry), path });
        } else if (isDirectory(entry)) {
          open.push(...(await childrenOf(entry)).reverse());
        }
      } catch {
        unread.push(path);
      }
    }
    if (found.length >= portion) {
      flush();
    }
  }
  flush();
  return unread;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** All entries of a folder; a reader gives some at a time (Chromium 100), and none at the end. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) {
      return children;
    }
    children.push(...some);
  }
}
