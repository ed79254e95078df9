import { crc32 as reference } from "node:zlib";

import { expect, test } from "vitest";

import { crc32, crc32Text } from "./crc32";
import { digest } from "./digest";

test.each([0, 1, 2, 3, 4, 5, 7, 8, 255, 4096, 100_003])("agrees with zlib on %i bytes, wherever they lie", (length) => {
  const bytes = Uint8Array.from({ length: length + 3 }, (_, at) => (at * 2654435761) >>> 13);
  expect(crc32(bytes.subarray(3))).toBe(reference(bytes.subarray(3)));
});

test("writes a checksum as S3 does", () => {
  // The check value of CRC-32/ISO-HDLC: 0xcbf43926.
  expect(crc32Text(crc32(new TextEncoder().encode("123456789")))).toBe("y/Q5Jg==");
});

test.each([
  { bytes: [0xff, 0xd8, 0xff, 0xe0], type: "image/jpeg", reason: "SOI and a marker" },
  { bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], type: "image/png", reason: "the signature" },
  { bytes: [0x89, 0x50, 0x4e, 0x47], type: undefined, reason: "half a signature" },
  { bytes: [0x47, 0x49, 0x46, 0x38], type: undefined, reason: "a GIF" },
])("tells a file's type by its bytes: $reason", async ({ bytes, type }) => {
  expect((await digest(new Blob([Uint8Array.from(bytes)]))).type).toBe(type);
});

test("computes the SHA-256 in hex", async () => {
  expect((await digest(new Blob(["abc"]))).sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
