import { crc32, crc32Text } from "./crc32";

/** The types that the API takes. */
export type PhotoType = "image/jpeg" | "image/png";

/** What the API wants to know of a file's bytes. */
export interface Digest {
  readonly crc32: string;
  readonly sha256: string;
  /** What the first bytes say, whatever the file is called; undefined where they are those of neither type. */
  readonly type: PhotoType | undefined;
}

/** The first bytes of a JPEG (ITU T.81, B.1.1.3: SOI, and the marker that follows), and of a PNG (its section 5.2). */
const signatures: readonly { readonly type: PhotoType; readonly bytes: readonly number[] }[] = [
  { type: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
  { type: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
];

/** Reads a file once and computes what the API wants to know of it. It rejects where the file cannot be read. */
export async function digest(file: Blob): Promise<Digest> {
  // At most 15 MiB, because larger files are refused before they come here, and gone when this returns.
  const bytes = new Uint8Array(await file.arrayBuffer());
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    crc32: crc32Text(crc32(bytes)),
    sha256: Array.from(sha256, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    type: signatures.find((signature) => signature.bytes.every((byte, at) => bytes[at] === byte))?.type,
  };
}
