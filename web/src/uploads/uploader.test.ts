import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { problemOf } from "../api/problem";

import type { PutResult } from "./put";
import { Uploader, type Ports } from "./uploader";
import type { Grant } from "./upload";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

interface Transfer {
  readonly grant: Grant;
  readonly onProgress: (sent: number) => void;
  readonly signal: AbortSignal;
  readonly finish: (result: PutResult) => void;
}

/** An uploader whose transfers the test finishes. */
function setUp(changes: Partial<Ports> = {}) {
  const transfers: Transfer[] = [];
  const discarded: string[] = [];
  let photos = 0;
  const uploader = new Uploader({
    digest: (file) => Promise.resolve({ crc32: "AAAAAA==", sha256: file.name, type: "image/jpeg" }),
    begin: (batch) =>
      Promise.resolve(
        batch.map(() => ({ kind: "granted" as const, grant: { photoId: `P${(photos += 1)}`, url: "http://s3/", method: "PUT", headers: [], until: Date.now() + 900_000 } })),
      ),
    discard: (ids) => {
      discarded.push(...ids);
      return Promise.resolve();
    },
    put: (_, grant, onProgress, signal) =>
      new Promise((resolve) => {
        transfers.push({ grant, onProgress, signal, finish: resolve });
        signal.addEventListener("abort", () => {
          resolve("aborted");
        });
      }),
    problemOf,
    now: Date.now,
    ...changes,
  });
  const add = (...names: string[]) => {
    uploader.add(names.map((name) => ({ file: new File(["12345"], name, { type: "image/jpeg" }), path: name })));
  };
  return { uploader, transfers, discarded, add };
}

const soon = () => vi.advanceTimersByTimeAsync(300);

test("uploads, and tells of progress in files, bytes and time", async () => {
  const { uploader, transfers, add } = setUp();
  const told = vi.fn();
  uploader.subscribe(told);
  add("a.jpg", "b.jpg");
  await soon();
  expect(transfers).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(3000);
  transfers[0]?.onProgress(3);
  await soon();
  expect(uploader.summary()).toMatchObject({ total: 2, unfinished: 2, bytes: 10, sentBytes: 3 });
  expect(uploader.summary().remaining, "7 of 10 bytes are left after 3 seconds").toBeGreaterThan(5);
  for (const { finish } of transfers) {
    finish({ status: 200 });
  }
  await soon();
  expect(uploader.summary()).toMatchObject({ unfinished: 0, sentBytes: 10, counts: { uploaded: 2 } });
  expect(uploader.summary(), "the same until something changes").toBe(uploader.summary());
  expect(told.mock.calls.length, "a few times a second at most").toBeLessThan(12);
});

test("ignores what a transfer says that was broken off, however soon it goes on", async () => {
  const { uploader, transfers, add } = setUp();
  add("a.jpg");
  await soon();
  uploader.hold("paused");
  uploader.release("paused");
  expect(transfers[0]?.signal.aborted).toBe(true);
  expect(transfers).toHaveLength(2);
  transfers[0]?.onProgress(5);
  await soon();
  expect(uploader.summary()).toMatchObject({ sentBytes: 0, counts: { sending: 1 } });
  transfers[1]?.finish({ status: 412 });
  await soon();
  expect(uploader.summary().counts.uploaded).toBe(1);
});

test("cancels, and has the photos deleted whose bytes will not come", async () => {
  const { uploader, transfers, discarded, add } = setUp();
  add("a.jpg", "b.jpg");
  await soon();
  transfers[0]?.finish({ status: 200 });
  await soon();
  await uploader.cancel();
  expect(transfers[1]?.signal.aborted).toBe(true);
  expect(discarded).toEqual(["P2"]);
  expect(uploader.summary().counts).toMatchObject({ uploaded: 1, cancelled: 1 });
});

test("tries again by itself when its time has come", async () => {
  const { uploader, transfers, add } = setUp();
  add("a.jpg");
  await soon();
  transfers[0]?.finish({ status: 503 });
  await soon();
  expect(transfers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(transfers).toHaveLength(2);
  transfers[1]?.finish({ status: 200 });
  await soon();
  expect(uploader.summary().counts.uploaded).toBe(1);
});

test("asks again when the API cannot be reached", async () => {
  const begin = vi.fn<Ports["begin"]>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValueOnce([{ kind: "duplicate", photoId: "OLD", fileName: "x.jpg" }]);
  const { uploader, add } = setUp({ begin });
  add("a.jpg");
  await vi.advanceTimersByTimeAsync(2000);
  expect(begin).toHaveBeenCalledTimes(2);
  expect(uploader.summary().counts.duplicate).toBe(1);
});

test("says of a file that is gone that it is, instead of trying the network again", async () => {
  const { uploader, transfers, add } = setUp();
  vi.spyOn(Blob.prototype, "slice").mockReturnValue({ arrayBuffer: () => Promise.reject(new Error("NotReadableError")) } as unknown as Blob);
  add("a.jpg");
  await soon();
  transfers[0]?.finish("unreachable");
  await soon();
  expect(uploader.page("failed", 0, 1)[0]?.reason).toMatch(/cannot be read/);
});

test("fails a file that cannot be read, and that one alone", async () => {
  const { uploader, add } = setUp({ digest: (file) => (file.name === "a.jpg" ? Promise.reject(new Error("gone")) : Promise.resolve({ crc32: "", sha256: "b", type: "image/png" })) });
  add("a.jpg", "b.jpg");
  await soon();
  expect(uploader.summary().counts).toMatchObject({ failed: 1, sending: 1 });
});
