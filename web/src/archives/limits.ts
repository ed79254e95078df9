/** What one archive holds at most; the API answers LIMIT_EXCEEDED beyond. */
export const maxPhotos = 500_000;
export const maxBytes = 150_000_000_000;

/** How long an archive's name may be, in characters. */
export const maxNameLength = 100;

/** Says whether an archive may hold so much. */
export function isTooLarge({ photoCount, totalBytes }: { readonly photoCount: number; readonly totalBytes: number }): boolean {
  return photoCount > maxPhotos || totalBytes > maxBytes;
}

/** The length of a name as the API counts it: in code points, not in JavaScript's units. */
export function lengthOf(name: string): number {
  return Array.from(name).length;
}
