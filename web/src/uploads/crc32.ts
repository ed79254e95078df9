/** The polynomial of CRC-32/ISO-HDLC, bits reversed: the checksum of zip, PNG and S3's x-amz-checksum-crc32. */
const polynomial = 0xedb88320;

/** Tables to take four bytes at a time ("slicing by 4", Kounavis and Berry 2005). */
const tables = makeTables();

function makeTables(): readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const made = [0, 1, 2, 3].map(() => new Uint32Array(256)) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) {
      value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    }
    made[0][byte] = value;
  }
  for (let byte = 0; byte < 256; byte += 1) {
    for (const [shorter, longer] of [[0, 1], [1, 2], [2, 3]] as const) {
      const value = made[shorter][byte] ?? 0;
      made[longer][byte] = (value >>> 8) ^ (made[0][value & 0xff] ?? 0);
    }
  }
  return made;
}

/** The CRC-32 of the bytes, as an unsigned number of 32 bits. */
export function crc32(bytes: Uint8Array): number {
  const [one, two, three, four] = tables;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let crc = 0xffffffff;
  let at = 0;
  for (; at < whole; at += 4) {
    crc ^= view.getUint32(at, true);
    crc = from(four, crc) ^ from(three, crc >>> 8) ^ from(two, crc >>> 16) ^ from(one, crc >>> 24);
  }
  for (; at < bytes.length; at += 1) {
    crc = (crc >>> 8) ^ from(one, crc ^ (bytes[at] ?? 0));
  }
  return ~crc >>> 0;
}

/** The table's value for the lowest byte. */
function from(table: Uint32Array, value: number): number {
  return table[value & 0xff] ?? 0;
}

/** A CRC-32 as S3 and the API write it: base64 of its four bytes, the highest first. */
export function crc32Text(crc: number): string {
  return btoa(String.fromCharCode(crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff));
}
