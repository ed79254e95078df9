import { crc32, inflateRawSync } from "node:zlib";

/** One file of a zip. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Signatures and lengths of the records (APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16). */
const endSignature = 0x06054b50;
const centralSignature = 0x02014b50;
const localSignature = 0x04034b50;
const endLength = 22;
const centralLength = 46;
const localLength = 30;

/**
 * Reads a small zip as any program would: by its directory, whose checksums it holds the files to.
 * @throws Error when it is no zip, or when a file is not what the directory says.
 */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || zip.readUInt32LE(end) !== endSignature || end + endLength > zip.length) {
    throw new Error("this is no zip: it has no end of central directory");
  }
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (zip.readUInt32LE(at) !== centralSignature) {
      throw new Error(`there is no directory entry at ${at}`);
    }
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + centralLength, at + centralLength + nameLength);
    const bytes = fileAt(zip, zip.readUInt32LE(at + 42), zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20));
    if (crc32(bytes) !== zip.readUInt32LE(at + 16) || bytes.length !== zip.readUInt32LE(at + 24)) {
      throw new Error(`${name} is damaged`);
    }
    at += centralLength + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return { name, bytes };
  });
}

function fileAt(zip: Buffer, at: number, method: number, length: number): Buffer {
  if (zip.readUInt32LE(at) !== localSignature) {
    throw new Error(`there is no file at ${at}`);
  }
  const begin = at + localLength + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const packed = zip.subarray(begin, begin + length);
  return method === 0 ? packed : inflateRawSync(packed);
}
