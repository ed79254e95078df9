import type { Digest } from "./digest";
import { refusalOf, type Candidate } from "./files";
import { Ledger } from "./ledger";
import type { PutResult } from "./put";
import { backoff, judge, type Verdict } from "./verdict";
import { unfinished, type Entry, type Hold, type Outcome, type Work } from "./upload";

/** What goes on at once, and how far to run ahead. */
export interface Limits {
  readonly reads: number;
  readonly sends: number;
  /** Files that are read but not sent yet: enough for the next batch. */
  readonly ahead: number;
  /** Files per request for URLs; the API takes 100. */
  readonly batch: number;
  /** Bytes of the files for which URLs are asked for at once, so that they are sent before the URLs expire. */
  readonly batchBytes: number;
}

const standard: Limits = { reads: 2, sends: 6, ahead: 200, batch: 100, batchBytes: 64_000_000 };

/** Fewer than so many URLs in hand: time to ask for more. */
const fewUrls = 25;

/**
 * Decides what to do with files on their way: read them, ask for URLs in batches, send them. It does nothing by itself
 * and knows no clock: `next` says what to do, and its caller tells what came of it. An answer about an upload that does
 * not stand where it is asked for (cancelled meanwhile) changes nothing.
 */
export class UploadQueue {
  readonly #ledger = new Ledger();
  readonly #holds = new Set<Hold>();
  readonly #limits: Limits;
  #last = 0;
  #askNotBefore = 0;
  /** By SHA-256, the upload that sends these bytes. */
  readonly #holders = new Map<string, Entry>();
  #discards: string[] = [];

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...standard, ...limits };
  }

  get ledger(): Pick<Ledger, "totals" | "page" | "get"> {
    return this.#ledger;
  }

  get holds(): ReadonlySet<Hold> {
    return this.#holds;
  }

  add(candidates: readonly Candidate[]): void {
    if (this.#ledger.totals().unfinished === 0) {
      // What has arrived may be deleted by now; from here on the API knows better.
      this.#holders.clear();
    }
    for (const { file, path } of candidates) {
      const reason = refusalOf(file);
      this.#ledger.add({
        id: (this.#last += 1), path, size: file.size, sent: 0, status: reason === undefined ? "waiting" : "refused", reason,
        file: reason === undefined ? file : undefined, photoId: undefined, requestId: undefined, digest: undefined, grant: undefined,
        tried: false, stale: [], failures: 0, notBefore: 0, twinOf: undefined,
      });
    }
  }

  /** What to begin now. All of it counts as begun. */
  next(now: number): Work[] {
    if (this.#holds.size > 0) {
      return [];
    }
    return [...this.#sends(now), ...this.#asks(now), ...this.#reads()];
  }

  /** When the first of what waits for its time can go on; undefined where nothing waits. */
  wakeAt(now: number): number | undefined {
    let first: number | undefined;
    for (const status of ["ready", "read"] as const) {
      for (const { notBefore } of this.#ledger.at(status)) {
        if (notBefore > now && (first === undefined || notBefore < first)) {
          first = notBefore;
        }
      }
    }
    return first;
  }

  /** Photos that were begun for nothing, to be deleted; each is told once. */
  takeDiscards(): string[] {
    const taken = this.#discards;
    this.#discards = [];
    return taken;
  }

  read(id: number, digest: Digest): void {
    const entry = this.#at(id, "reading");
    if (entry === undefined) {
      return;
    }
    entry.digest = digest;
    if (digest.type === undefined) {
      this.#refuse(entry, "The file is not a JPEG or PNG picture, whatever it is called.");
      return;
    }
    const holder = this.#holders.get(digest.sha256);
    if (holder !== undefined && holder !== entry) {
      entry.twinOf = holder.id;
      this.#finish(entry, "duplicate", `The same picture as ${holder.path}.`);
    } else {
      this.#holders.set(digest.sha256, entry);
      this.#ledger.move(entry, "read");
    }
  }

  unreadable(id: number): void {
    const entry = this.#at(id, "reading") ?? this.#at(id, "sending");
    if (entry !== undefined) {
      this.#ledger.move(entry, "failed", "The file cannot be read. It may have been moved or changed since you chose it.");
    }
  }

  /** Takes the API's answers to a batch, in its order. */
  answered(batch: readonly Entry[], outcomes: readonly Outcome[]): void {
    this.#askNotBefore = 0;
    batch.forEach((entry, at) => {
      const outcome = outcomes[at] ?? { kind: "failed", reason: "The server has not answered for this file." };
      if (entry.status !== "asking") {
        this.#discard(outcome.kind === "granted" ? [outcome.grant.photoId] : []);
      } else if (outcome.kind === "granted") {
        this.#discard(entry.stale.splice(0));
        entry.grant = outcome.grant;
        entry.tried = false;
        this.#ledger.move(entry, "ready");
      } else if (outcome.kind === "duplicate") {
        this.#known(entry, outcome.photoId, outcome.fileName);
      } else if (outcome.kind === "refused") {
        this.#refuse(entry, outcome.reason);
      } else {
        this.#ledger.move(entry, "failed", outcome.reason);
      }
    });
  }

  /** The API has not answered, or refused the whole batch. */
  unanswered(batch: readonly Entry[], problem: { passing: boolean; message: string; requestId?: string | undefined }, now: number): void {
    for (const entry of batch) {
      if (entry.status !== "asking") {
        continue;
      }
      const counts = this.#holds.size === 0;
      const verdict = problem.passing ? { kind: "again" as const, reason: problem.message } : { kind: "fail" as const, reason: problem.message };
      entry.requestId = problem.requestId;
      this.#apply(entry, counts ? verdict : { kind: "interrupted" }, now, "read");
    }
    // Together again at the next time, instead of one by one.
    this.#askNotBefore = Math.max(0, ...[...this.#ledger.at("read")].map(({ notBefore }) => notBefore));
  }

  progress(id: number, sent: number): void {
    const entry = this.#at(id, "sending");
    if (entry !== undefined) {
      this.#ledger.progress(entry, Math.min(sent, entry.size));
    }
  }

  /** Takes what came of sending. */
  sent(id: number, result: PutResult, now: number): void {
    const entry = this.#at(id, "sending");
    if (entry?.grant === undefined) {
      return;
    }
    const verdict = judge(result, { tried: entry.tried, expired: now >= entry.grant.until });
    entry.tried = true;
    this.#apply(entry, verdict, now, "ready");
  }

  /**
   * Stops what goes on, for a reason; several may hold at once.
   * @returns the uploads whose transfer is to be broken off. They begin anew afterwards.
   */
  hold(reason: Hold): number[] {
    this.#holds.add(reason);
    // The object store asks for no sign-in: what has its URL may arrive.
    return reason === "signedOut" ? [] : this.#interrupt();
  }

  release(reason: Hold): void {
    this.#holds.delete(reason);
  }

  /** Gives up all that is on its way. @returns the uploads whose transfer is to be broken off. */
  cancel(): number[] {
    const stopped = this.#interrupt();
    const holders = new Set<number>();
    for (const entry of unfinished.flatMap((status) => [...this.#ledger.at(status)])) {
      holders.add(entry.id);
      this.#discardAll(entry);
      this.#finish(entry, "cancelled");
    }
    for (const entry of [...this.#ledger.at("duplicate")].filter(({ twinOf }) => twinOf !== undefined && holders.has(twinOf))) {
      entry.file = undefined;
      this.#ledger.move(entry, "cancelled");
    }
    this.#holders.clear();
    this.#holds.delete("paused");
    return stopped;
  }

  /** Tries what failed once more, and nothing else. */
  retry(): void {
    for (const entry of [...this.#ledger.at("failed")]) {
      entry.failures = 0;
      entry.notBefore = 0;
      entry.requestId = undefined;
      this.#ledger.move(entry, entry.digest === undefined ? "waiting" : entry.grant === undefined ? "read" : "ready");
    }
  }

  /** Takes what is at its end off the list. */
  clear(): void {
    for (const status of ["uploaded", "duplicate", "refused", "failed", "cancelled"] as const) {
      for (const entry of [...this.#ledger.at(status)]) {
        if (status === "failed") {
          this.#discardAll(entry);
        }
        this.#forget(entry);
        this.#ledger.remove(entry);
      }
    }
  }

  #at(id: number, status: Entry["status"]): Entry | undefined {
    const entry = this.#ledger.get(id);
    return entry?.status === status ? entry : undefined;
  }

  #sends(now: number): Work[] {
    const work: Work[] = [];
    for (const upload of [...this.#ledger.at("ready")]) {
      if (this.#ledger.at("sending").size >= this.#limits.sends) {
        break;
      }
      const { grant } = upload;
      if (grant === undefined || now >= grant.until) {
        this.#expire(upload);
      } else if (upload.notBefore <= now) {
        this.#ledger.move(upload, "sending");
        work.push({ kind: "send", upload, grant });
      }
    }
    return work;
  }

  #asks(now: number): Work[] {
    const { batch, batchBytes, sends } = this.#limits;
    const [ready, read] = [this.#ledger.at("ready").size, this.#ledger.at("read")];
    if (this.#ledger.at("asking").size > 0 || now < this.#askNotBefore || ready >= fewUrls || read.size === 0) {
      return [];
    }
    const uploads: Entry[] = [];
    let bytes = 0;
    for (const upload of read) {
      const fits = uploads.length < batch && (uploads.length < sends || bytes + upload.size <= batchBytes);
      if (!fits) {
        break;
      }
      if (upload.notBefore <= now) {
        uploads.push(upload);
        bytes += upload.size;
      }
    }
    const isLast = this.#ledger.at("waiting").size + this.#ledger.at("reading").size === 0;
    const isFull = uploads.length === batch || uploads.length < read.size;
    const isUrgent = ready === 0 && uploads.length >= sends;
    if (uploads.length === 0 || !(isLast || isFull || isUrgent)) {
      return [];
    }
    for (const upload of uploads) {
      this.#ledger.move(upload, "asking");
    }
    return [{ kind: "ask", uploads }];
  }

  #reads(): Work[] {
    const work: Work[] = [];
    for (const upload of this.#ledger.at("waiting")) {
      if (this.#ledger.at("reading").size >= this.#limits.reads || this.#ledger.at("read").size >= this.#limits.ahead) {
        break;
      }
      this.#ledger.move(upload, "reading");
      work.push({ kind: "read", upload });
    }
    return work;
  }

  #apply(entry: Entry, verdict: Verdict, now: number, again: "read" | "ready"): void {
    switch (verdict.kind) {
      case "arrived":
        this.#arrived(entry);
        break;
      case "interrupted":
        this.#ledger.move(entry, again);
        break;
      case "fail":
        if (entry.grant !== undefined) {
          // Nothing can arrive by this URL any more, and its photo would wait for its bytes for days.
          this.#discard([entry.grant.photoId]);
          entry.grant = undefined;
        }
        // Read once more if it is tried again: it may have changed.
        this.#forget(entry);
        entry.digest = undefined;
        this.#ledger.move(entry, "failed", verdict.reason);
        break;
      case "expired":
        this.#expire(entry);
        break;
      case "again": {
        entry.failures += 1;
        const wait = backoff(entry.failures);
        entry.notBefore = wait === undefined ? 0 : now + wait;
        this.#ledger.move(entry, wait === undefined ? "failed" : again, verdict.reason);
      }
    }
  }

  #arrived(entry: Entry): void {
    entry.photoId = entry.grant?.photoId;
    this.#discard(entry.stale.splice(0));
    this.#finish(entry, "uploaded");
  }

  /** The person has a photo with these bytes: from before, or by an attempt of ours whose answer was lost. */
  #known(entry: Entry, photoId: string, fileName: string): void {
    const arrived = entry.stale.includes(photoId);
    this.#discard(entry.stale.splice(0).filter((id) => id !== photoId));
    entry.photoId = photoId;
    if (arrived) {
      this.#finish(entry, "uploaded");
    } else {
      this.#finish(entry, "duplicate", `You have this picture already, as ${fileName}.`);
    }
  }

  /** Goes back to ask for a new URL. What was sent with the old one may have arrived; the API will know. */
  #expire(entry: Entry): void {
    if (entry.grant !== undefined) {
      entry.stale.push(entry.grant.photoId);
      entry.grant = undefined;
    }
    this.#ledger.move(entry, "read");
  }

  #refuse(entry: Entry, reason: string): void {
    this.#discardAll(entry);
    this.#forget(entry);
    this.#finish(entry, "refused", reason);
    // Another file with these bytes may have a name that the API takes.
    for (const twin of [...this.#ledger.at("duplicate")].filter(({ twinOf }) => twinOf === entry.id)) {
      twin.twinOf = undefined;
      this.#ledger.move(twin, "waiting");
    }
  }

  #finish(entry: Entry, status: "uploaded" | "duplicate" | "refused" | "cancelled", reason?: string): void {
    entry.grant = undefined;
    if (entry.twinOf === undefined) {
      entry.file = undefined;
    }
    this.#ledger.move(entry, status, reason);
  }

  #forget(entry: Entry): void {
    const sha256 = entry.digest?.sha256;
    if (sha256 !== undefined && this.#holders.get(sha256) === entry) {
      this.#holders.delete(sha256);
    }
  }

  #interrupt(): number[] {
    return [...this.#ledger.at("sending")].map((entry) => {
      entry.tried = true;
      this.#ledger.move(entry, "ready");
      return entry.id;
    });
  }

  #discardAll(entry: Entry): void {
    this.#discard([...entry.stale.splice(0), ...(entry.grant === undefined ? [] : [entry.grant.photoId])]);
  }

  #discard(photoIds: readonly string[]): void {
    this.#discards.push(...photoIds);
  }
}
