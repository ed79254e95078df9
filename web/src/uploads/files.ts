import { formatBytes } from "../format/format";

/** A file that the person has chosen or dropped, and where in its folder it was. */
export interface Candidate {
  readonly file: File;
  readonly path: string;
}

/** The largest file that the API takes, in bytes: 15 MiB, Rekognition's limit for images in S3. */
export const largestFile = 15 * 1024 * 1024;

/** What computers put into folders by themselves; nobody means to upload these. */
const litter = /^(\.|thumbs\.db$|desktop\.ini$|ehthumbs\.db$)/i;

/** What file pickers show. */
export const accepted = "image/jpeg,image/png,.jpg,.jpeg,.png";

/** Candidates of a file picker; one for folders tells where in the folder a file is. */
export function candidatesOf(files: Iterable<File>): Candidate[] {
  return Array.from(files, (file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ file }) => isMeant(file.name));
}

/** Says whether a person who uploads a folder means this file. */
export function isMeant(name: string): boolean {
  return !litter.test(name);
}

/** Why a file need not even be read; undefined where it may well be a photo. */
export function refusalOf({ name, type, size }: Pick<File, "name" | "type" | "size">): string | undefined {
  if (!/\.(jpe?g|png)$/i.test(name) && type !== "image/jpeg" && type !== "image/png") {
    return "PAM takes JPEG and PNG pictures only.";
  }
  if (size === 0) {
    return "The file is empty.";
  }
  return size > largestFile ? `It has ${formatBytes(size)}; PAM takes up to ${formatBytes(largestFile)}.` : undefined;
}
