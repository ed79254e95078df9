import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";

/** The beginning of a JPEG (SOI, and a comment of 40 bytes that makes it one of its own). */
function head(name: string): Buffer {
  const comment = createHash("sha1").update(name).digest("hex");
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, 42]), Buffer.from(comment)]);
}

/** The bytes of a file that passes for a JPEG until it is decoded. */
export function photo(number: number, size: number): Buffer {
  return Buffer.concat([head(String(number))], size);
}

/**
 * Makes files that pass for JPEGs until they are decoded, each with bytes of its own. They are sparse: a disk stores next
 * to nothing of them.
 */
export async function manyPhotos(folder: string, count: number, size: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const path = join(folder, `photo-${String(number).padStart(4, "0")}.jpg`);
    const file = await open(path, "w");
    await file.write(head(path));
    await file.truncate(size);
    await file.close();
    paths.push(path);
  }
  return paths;
}
