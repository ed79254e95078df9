import { beforeEach, expect, test } from "vitest";

import type { Digest } from "./digest";
import { largestFile } from "./files";
import { UploadQueue } from "./queue";
import type { Entry, Outcome, Status, Work } from "./upload";

const now = 1_000_000;
const until = now + 900_000;
let queue: UploadQueue;

beforeEach(() => {
  queue = new UploadQueue({ reads: 2, sends: 3, batch: 4 });
});

function file(name: string, { size = 1000, type = "image/jpeg" } = {}): { file: File; path: string } {
  return { file: { name, size, type } as File, path: name };
}

function digestOf(name: string, isPicture = true): Digest {
  return { crc32: "AAAAAA==", sha256: name, type: isPicture ? "image/jpeg" : undefined };
}

function grant(photoId: string): Outcome {
  return { kind: "granted", grant: { photoId, url: `http://s3/${photoId}`, method: "PUT", headers: [], until } };
}

const asks = (work: Work[]) => work.flatMap((one) => (one.kind === "ask" ? [one.uploads] : []));
const sends = (work: Work[]) => work.flatMap((one) => (one.kind === "send" ? [one.upload] : []));
const reads = (work: Work[]) => work.flatMap((one) => (one.kind === "read" ? [one.upload] : []));
const standing = (): Record<string, Status> => Object.fromEntries(queue.ledger.page("all", 0, 1000).map(({ path, status }) => [path, status]));
const reasonOf = (id: number) => queue.ledger.get(id)?.reason;

/** Reads all that is waiting, until a batch is asked for. */
function readAll(at = now): readonly Entry[] {
  for (;;) {
    const work = queue.next(at);
    const [batch] = asks(work);
    for (const upload of reads(work)) {
      queue.read(upload.id, digestOf(upload.path));
    }
    if (batch !== undefined) {
      return batch;
    }
    if (reads(work).length === 0) {
      throw new Error("nothing is read or asked for");
    }
  }
}

/** Brings files as far as being sent. */
function sendAll(...names: string[]): Entry[] {
  queue.add(names.map((name) => file(name)));
  const batch = readAll();
  queue.answered(batch, batch.map(({ path }) => grant(path)));
  return sends(queue.next(now));
}

function one(name = "a.jpg"): Entry {
  const [upload] = sendAll(name);
  if (upload === undefined) {
    throw new Error("nothing is sent");
  }
  return upload;
}

test.each([
  { name: "notes.txt", type: "text/plain", size: 10, reason: /JPEG and PNG/ },
  { name: "a.heic", type: "image/heic", size: 10, reason: /JPEG and PNG/ },
  { name: "a.jpg", type: "image/jpeg", size: 0, reason: /empty/ },
  { name: "a.jpg", type: "image/jpeg", size: largestFile + 1, reason: /up to 15.7 MB/ },
])("refuses $name of $size bytes without reading it", ({ name, type, size, reason }) => {
  queue.add([file(name, { type, size })]);
  expect(standing()).toEqual({ [name]: "refused" });
  expect(queue.ledger.page("refused", 0, 1)[0]?.reason).toMatch(reason);
  expect(queue.next(now)).toEqual([]);
});

test("takes the largest file that there may be, and a name without a type", () => {
  queue.add([file("a.jpg", { size: largestFile }), file("b.JPEG", { type: "" })]);
  expect(standing()).toEqual({ "a.jpg": "waiting", "b.JPEG": "waiting" });
});

test("reads a few at a time, and refuses what is no picture inside", () => {
  queue.add(["a.jpg", "b.jpg", "c.jpg"].map((name) => file(name)));
  const [a, b] = reads(queue.next(now));
  expect(standing()).toEqual({ "a.jpg": "reading", "b.jpg": "reading", "c.jpg": "waiting" });
  queue.read(a?.id ?? 0, digestOf("a.jpg", false));
  queue.unreadable(b?.id ?? 0);
  expect(standing()).toEqual({ "a.jpg": "refused", "b.jpg": "failed", "c.jpg": "waiting" });
});

test("asks for URLs in batches, one at a time, and sends a few at a time", () => {
  queue.add(Array.from({ length: 6 }, (_, at) => file(`${at}.jpg`)));
  const batch = readAll();
  expect(batch.map(({ path }) => path)).toEqual(["0.jpg", "1.jpg", "2.jpg", "3.jpg"]);
  expect(asks(queue.next(now)), "the first has not been answered").toEqual([]);
  queue.answered(batch, batch.map(({ path }) => grant(path)));
  expect(sends(queue.next(now))).toHaveLength(3);
});

test("asks for no more URLs than are used before they expire", () => {
  queue = new UploadQueue({ sends: 2, batchBytes: 25_000_000 });
  queue.add(Array.from({ length: 6 }, (_, at) => file(`${at}.jpg`, { size: 10_000_000 })));
  expect(readAll()).toHaveLength(2);
});

test("each file of a batch stands alone", () => {
  queue.add(["a.jpg", "b.jpg", "c.jpg", "d.jpg"].map((name) => file(name)));
  const batch = readAll();
  queue.answered(batch, [
    grant("A"),
    { kind: "duplicate", photoId: "OLD", fileName: "summer.jpg" },
    { kind: "refused", reason: "The name is too long." },
  ]);
  expect(standing()).toEqual({ "a.jpg": "ready", "b.jpg": "duplicate", "c.jpg": "refused", "d.jpg": "failed" });
  expect(queue.ledger.page("duplicate", 0, 1)[0]).toMatchObject({ photoId: "OLD", reason: "You have this picture already, as summer.jpg." });
});

test("sends equal files once, and the other one if the first may not", () => {
  queue.add([file("a.jpg"), file("copy.jpg")]);
  const [a, copy] = reads(queue.next(now));
  queue.read(a?.id ?? 0, digestOf("same"));
  queue.read(copy?.id ?? 0, digestOf("same"));
  expect(standing()).toEqual({ "a.jpg": "read", "copy.jpg": "duplicate" });
  expect(reasonOf(copy?.id ?? 0)).toBe("The same picture as a.jpg.");
  const [batch = []] = asks(queue.next(now));
  queue.answered(batch, [{ kind: "refused", reason: "The name is too long." }]);
  expect(standing()).toEqual({ "a.jpg": "refused", "copy.jpg": "waiting" });
});

test("counts bytes as they go, and lets go of the file at the end", () => {
  const upload = one();
  queue.progress(upload.id, 400);
  expect(queue.ledger.totals()).toMatchObject({ bytes: 1000, sentBytes: 400, unfinished: 1 });
  queue.sent(upload.id, { status: 200 }, now);
  expect(queue.ledger.totals()).toMatchObject({ bytes: 1000, sentBytes: 1000, unfinished: 0 });
  expect(queue.ledger.get(upload.id)).toMatchObject({ status: "uploaded", photoId: "a.jpg", file: undefined });
});

test("tries again later what may pass, takes 412 then for success, and gives up after five attempts", () => {
  const upload = one();
  queue.sent(upload.id, { status: 503 }, now);
  expect(standing()).toEqual({ "a.jpg": "ready" });
  expect(sends(queue.next(now)), "not at once").toEqual([]);
  const wakeAt = queue.wakeAt(now) ?? 0;
  expect(wakeAt).toBeGreaterThan(now);
  expect(sends(queue.next(wakeAt))).toHaveLength(1);
  queue.sent(upload.id, { status: 412 }, wakeAt);
  expect(standing()).toEqual({ "a.jpg": "uploaded" });

  const other = one("b.jpg");
  let at = now;
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    queue.sent(other.id, "unreachable", at);
    at = queue.wakeAt(at) ?? at;
    queue.next(at);
  }
  expect(standing()["b.jpg"]).toBe("failed");
});

test("fails at 403, has the photo deleted that waits for its bytes, and retries that file alone from the start", () => {
  const [a, b] = sendAll("a.jpg", "b.jpg");
  queue.sent(a?.id ?? 0, { status: 403 }, now);
  queue.sent(b?.id ?? 0, { status: 200 }, now);
  expect(standing()).toEqual({ "a.jpg": "failed", "b.jpg": "uploaded" });
  expect(queue.takeDiscards()).toEqual(["a.jpg"]);
  expect(queue.takeDiscards(), "told once").toEqual([]);
  queue.retry();
  expect(standing()).toEqual({ "a.jpg": "waiting", "b.jpg": "uploaded" });
});

test("asks anew for a URL that has expired, and deletes the photo of the old one after that", () => {
  const [, , , ...none] = sendAll("a.jpg", "b.jpg", "c.jpg", "d.jpg");
  expect(none).toEqual([]);
  queue.sent(1, { status: 200 }, now);
  const work = queue.next(until);
  expect(sends(work)).toEqual([]);
  const [batch = []] = asks(work);
  expect(batch.map(({ path }) => path)).toEqual(["d.jpg"]);
  expect(queue.takeDiscards(), "it may have arrived, for all we know").toEqual([]);
  queue.answered(batch, [grant("D2")]);
  expect(queue.takeDiscards()).toEqual(["d.jpg"]);
  expect(sends(queue.next(now)).map(({ grant: given }) => given?.photoId)).toEqual(["D2"]);
});

test("takes its own earlier attempt for success when the API knows the bytes by it", () => {
  const upload = one();
  queue.sent(upload.id, "unreachable", now);
  const [batch = []] = asks(queue.next(until));
  queue.answered(batch, [{ kind: "duplicate", photoId: "a.jpg", fileName: "a.jpg" }]);
  expect(standing()).toEqual({ "a.jpg": "uploaded" });
  expect(queue.takeDiscards()).toEqual([]);
});

test("tries a batch again that the API has not answered, together, and fails it where it was refused for good", () => {
  queue.add(["a.jpg", "b.jpg"].map((name) => file(name)));
  const batch = readAll();
  queue.unanswered(batch, { passing: true, message: "The server cannot be reached." }, now);
  expect(asks(queue.next(now))).toEqual([]);
  const [again = []] = asks(queue.next(now + 5_000));
  expect(again).toHaveLength(2);
  queue.unanswered(again, { passing: false, message: "The token has no scope.", requestId: "01R" }, now);
  expect(queue.ledger.page("failed", 0, 2)).toMatchObject([{ reason: "The token has no scope.", requestId: "01R" }, { requestId: "01R" }]);
});

test.each(["paused", "offline", "stopped"] as const)("while %s breaks transfers off, begins nothing, and takes 412 for success afterwards", (reason) => {
  const upload = one();
  queue.progress(upload.id, 500);
  expect(queue.hold(reason)).toEqual([upload.id]);
  expect(queue.ledger.totals().sentBytes).toBe(0);
  expect(queue.next(now)).toEqual([]);
  queue.release(reason);
  expect(sends(queue.next(now))).toHaveLength(1);
  queue.sent(upload.id, { status: 412 }, now);
  expect(standing()).toEqual({ "a.jpg": "uploaded" });
});

test("lets transfers arrive while nobody is signed in, and begins nothing", () => {
  const [first] = sendAll("a.jpg", "b.jpg", "c.jpg", "d.jpg");
  expect(queue.hold("signedOut")).toEqual([]);
  queue.sent(first?.id ?? 0, { status: 200 }, now);
  expect(queue.next(now)).toEqual([]);
  queue.release("signedOut");
  expect(sends(queue.next(now))).toHaveLength(1);
});

test("goes on only when nothing holds any more, and does not count what a hold broke off", () => {
  queue.add([file("a.jpg")]);
  const batch = readAll();
  queue.hold("paused");
  queue.hold("offline");
  queue.unanswered(batch, { passing: true, message: "The server cannot be reached." }, now);
  queue.release("offline");
  expect(queue.next(now)).toEqual([]);
  queue.release("paused");
  expect(asks(queue.next(now))).toHaveLength(1);
});

test("cancels what is on its way and keeps what has arrived; late answers change nothing", () => {
  const [a, b] = sendAll("a.jpg", "b.jpg", "c.jpg", "d.jpg");
  queue.sent(a?.id ?? 0, { status: 200 }, now);
  queue.add([file("e.jpg")]);
  const late = readAll();
  expect(queue.cancel()).toHaveLength(3);
  expect(standing()).toEqual({ "a.jpg": "uploaded", "b.jpg": "cancelled", "c.jpg": "cancelled", "d.jpg": "cancelled", "e.jpg": "cancelled" });
  expect(queue.takeDiscards().sort()).toEqual(["b.jpg", "c.jpg", "d.jpg"]);
  queue.sent(b?.id ?? 0, { status: 200 }, now);
  queue.answered(late, [grant("E")]);
  expect(standing()).toMatchObject({ "b.jpg": "cancelled", "e.jpg": "cancelled" });
  expect(queue.takeDiscards(), "begun for nothing").toEqual(["E"]);
  queue.retry();
  expect(queue.next(now)).toEqual([]);
});

test("lists what went wrong first, page by page, and clears what is over", () => {
  const [a, b] = sendAll("a.jpg", "b.jpg", "c.jpg");
  queue.sent(a?.id ?? 0, { status: 200 }, now);
  queue.sent(b?.id ?? 0, { status: 403 }, now);
  queue.add([file("x.txt", { type: "text/plain" })]);
  expect(queue.ledger.page("all", 0, 3).map(({ path }) => path)).toEqual(["b.jpg", "x.txt", "c.jpg"]);
  expect(queue.ledger.page("all", 3, 3).map(({ path }) => path)).toEqual(["a.jpg"]);
  queue.clear();
  expect(standing()).toEqual({ "c.jpg": "sending" });
});

test("ends whatever happens, and never loses count of files or bytes", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (let round = 0; round < 30; round += 1) {
    queue = new UploadQueue({ batch: 5, ahead: 8 });
    queue.add(Array.from({ length: 40 }, (_, at) => file(`${at}.jpg`, { size: 100 + at })));
    let at = now;
    for (let step = 0; step < 5000 && queue.ledger.totals().unfinished > 0; step += 1) {
      for (const work of queue.next(at)) {
        if (work.kind === "read") {
          queue.read(work.upload.id, digestOf(String(random(35)), random(20) > 0));
        } else if (work.kind === "ask") {
          if (random(4) === 0) {
            queue.unanswered(work.uploads, { passing: true, message: "no" }, at);
          } else {
            queue.answered(work.uploads, work.uploads.map(({ path }) => grant(path)));
          }
        } else {
          queue.progress(work.upload.id, random(work.upload.size));
          if (random(3) === 0) {
            queue.hold("paused");
            queue.release("paused");
          }
          queue.sent(work.upload.id, { status: [200, 200, 412, 403, 503][random(5)] ?? 200 }, at);
        }
      }
      at = queue.wakeAt(at) ?? at + 1000;
      const totals = queue.ledger.totals();
      expect(totals.total).toBe(40);
      expect(Object.values(totals.counts).reduce((sum, count) => sum + count)).toBe(40);
      expect(totals.sentBytes).toBeGreaterThanOrEqual(0);
      expect(totals.sentBytes).toBeLessThanOrEqual(totals.bytes);
    }
    expect(queue.ledger.totals().unfinished, `round ${round}`).toBe(0);
  }
});
