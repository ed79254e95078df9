import type { Problem } from "../api/problem";

import type { Digest } from "./digest";
import type { Candidate } from "./files";
import type { Part, Totals } from "./ledger";
import type { PutResult } from "./put";
import { UploadQueue } from "./queue";
import { Speed } from "./speed";
import type { Entry, Grant, Hold, Outcome, Upload, Work } from "./upload";

/** What an uploader needs of the world. */
export interface Ports {
  readonly digest: (file: File) => Promise<Digest>;
  readonly begin: (batch: readonly Entry[]) => Promise<Outcome[]>;
  readonly discard: (photoIds: readonly string[]) => Promise<void>;
  readonly put: (file: Blob, grant: Grant, onProgress: (sent: number) => void, signal: AbortSignal) => Promise<PutResult>;
  readonly problemOf: (error: unknown) => Problem;
  readonly now: () => number;
}

/** All uploads at a glance: another object after each change. */
export interface Summary extends Totals {
  readonly holds: ReadonlySet<Hold>;
  /** Seconds until all is sent; undefined while that is not known. */
  readonly remaining: number | undefined;
  /** Bytes per second. */
  readonly speed: number | undefined;
}

/** How often listeners hear of progress at most, in milliseconds. */
const pace = 250;

/** How long files are taken in at a stretch, in milliseconds. */
const slice = 25;

/**
 * Uploads files in the background: does what the queue says, and tells it what came of it. It has the shape that React's
 * useSyncExternalStore takes: `subscribe` and `summary`.
 */
export class Uploader {
  readonly #queue = new UploadQueue();
  readonly #ports: Ports;
  readonly #speed = new Speed();
  readonly #transfers = new Map<number, AbortController>();
  readonly #listeners = new Set<() => void>();
  /** Files that were added, from `#next` on not taken in yet. */
  #incoming: Candidate[] = [];
  #next = 0;
  #taking: ReturnType<typeof setTimeout> | undefined;
  #summary: Summary;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #waking: ReturnType<typeof setTimeout> | undefined;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#summary = this.#summarise();
  }

  /** Calls the listener after changes, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** All uploads at a glance: the same object until it changes. */
  readonly summary = (): Summary => this.#summary;

  /** A page of the list. */
  page(part: Part, from: number, length: number): Upload[] {
    return this.#queue.ledger.page(part, from, length);
  }

  add(candidates: readonly Candidate[]): void {
    if (this.#summary.unfinished === 0) {
      this.#speed.reset();
    }
    this.#incoming = [...this.#incoming, ...candidates];
    this.#take();
    this.#tell();
  }

  /**
   * Takes in some of what was added, and the rest a little later: a browser asks the disk for a file's size when it is
   * first wanted, and holds the page up meanwhile.
   */
  #take(): void {
    clearTimeout(this.#taking);
    const end = performance.now() + slice;
    while (this.#next < this.#incoming.length && performance.now() < end) {
      this.#queue.add(this.#incoming.slice(this.#next, this.#next + 1));
      this.#next += 1;
    }
    if (this.#next < this.#incoming.length) {
      this.#taking = setTimeout(() => {
        this.#take();
        this.#tellSoon();
      }, 0);
    } else {
      this.#dropIncoming();
    }
    this.#pump();
  }

  #dropIncoming(): void {
    this.#incoming = [];
    this.#next = 0;
  }

  /** Stops until `release` of the same reason. What is being sent begins anew afterwards. */
  hold(reason: Hold): void {
    this.#abort(this.#queue.hold(reason));
    this.#changed();
  }

  release(reason: Hold): void {
    this.#queue.release(reason);
    this.#speed.reset();
    this.#changed();
  }

  /** Gives up what is on its way; what has arrived stays. It resolves when the API knows. */
  async cancel(): Promise<void> {
    this.#dropIncoming();
    this.#abort(this.#queue.cancel());
    const tidied = this.#tidy();
    this.#changed();
    await tidied;
  }

  /** Tries what failed once more, and nothing else. */
  retry(): void {
    this.#queue.retry();
    this.#changed();
  }

  /** Takes what is at its end off the list. */
  clear(): void {
    this.#queue.clear();
    this.#changed();
  }

  #changed(): void {
    this.#pump();
    this.#tell();
  }

  /** Begins what can be begun. */
  #pump(): void {
    clearTimeout(this.#waking);
    for (const work of this.#queue.next(this.#ports.now())) {
      void this.#do(work).then(() => {
        this.#pump();
        this.#tellSoon();
      });
    }
    void this.#tidy();
    const now = this.#ports.now();
    const wakeAt = this.#queue.wakeAt(now);
    if (wakeAt !== undefined) {
      this.#waking = setTimeout(() => {
        this.#pump();
        this.#tellSoon();
      }, wakeAt - now);
    }
  }

  async #do(work: Work): Promise<void> {
    switch (work.kind) {
      case "read":
        await this.#read(work.upload);
        break;
      case "ask":
        await this.#ask(work.uploads);
        break;
      case "send":
        await this.#send(work.upload, work.grant);
    }
  }

  async #read({ id, file }: Entry): Promise<void> {
    if (file === undefined) {
      return;
    }
    try {
      this.#queue.read(id, await this.#ports.digest(file));
    } catch {
      this.#queue.unreadable(id);
    }
  }

  async #ask(batch: readonly Entry[]): Promise<void> {
    try {
      this.#queue.answered(batch, await this.#ports.begin(batch));
    } catch (error) {
      this.#queue.unanswered(batch, this.#ports.problemOf(error), this.#ports.now());
    }
  }

  async #send({ id, file }: Entry, grant: Grant): Promise<void> {
    if (file === undefined) {
      return;
    }
    const transfer = new AbortController();
    this.#transfers.set(id, transfer);
    const progress = (sent: number) => {
      if (!transfer.signal.aborted) {
        this.#queue.progress(id, sent);
        this.#tellSoon();
      }
    };
    const result = await this.#ports.put(file, grant, progress, transfer.signal);
    if (this.#transfers.get(id) !== transfer) {
      return; // broken off; the queue knows
    }
    this.#transfers.delete(id);
    if (result === "unreachable" && !(await isReadable(file))) {
      this.#queue.unreadable(id);
      return;
    }
    this.#queue.sent(id, result, this.#ports.now());
  }

  #abort(ids: readonly number[]): void {
    for (const id of ids) {
      const transfer = this.#transfers.get(id);
      this.#transfers.delete(id);
      transfer?.abort();
    }
  }

  /** Has photos deleted that were begun for nothing. What is left over the API forgets by itself, after days. */
  async #tidy(): Promise<void> {
    const ids = this.#queue.takeDiscards();
    if (ids.length > 0) {
      await this.#ports.discard(ids).catch(() => undefined);
    }
  }

  #summarise(): Summary {
    const known = this.#queue.ledger.totals();
    const incoming = this.#incoming.length - this.#next;
    const totals = {
      ...known,
      total: known.total + incoming,
      unfinished: known.unfinished + incoming,
      counts: { ...known.counts, waiting: known.counts.waiting + incoming },
    };
    const holds = new Set(this.#queue.holds);
    if (totals.unfinished > 0 && holds.size === 0) {
      this.#speed.record(this.#ports.now(), totals.sentBytes);
    }
    const speed = holds.size === 0 && totals.unfinished > 0 ? this.#speed.perSecond() : undefined;
    const left = totals.bytes - totals.sentBytes;
    return { ...totals, holds, speed, remaining: speed === undefined ? undefined : left / speed };
  }

  #tellSoon(): void {
    this.#telling ??= setTimeout(() => {
      this.#tell();
    }, pace);
  }

  #tell(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#summary = this.#summarise();
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

/** Tells a file that is gone from a network that is: the browser's answer to sending is the same. */
async function isReadable(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
