import { unfinished, type Entry, type Status, type Upload } from "./upload";

/** How many uploads stand where, and the bytes of those that are on their way or have arrived. */
export interface Totals {
  readonly counts: Readonly<Record<Status, number>>;
  readonly total: number;
  /** How many are still on their way. */
  readonly unfinished: number;
  readonly bytes: number;
  readonly sentBytes: number;
}

/** A part of the list that a page shows. */
export type Part = "all" | "onTheirWay" | "uploaded" | "duplicate" | "refused" | "failed" | "cancelled";

/** The order of the whole list: what went wrong comes first, then what moves. */
const order: readonly Status[] = ["failed", "refused", "sending", "ready", "asking", "read", "reading", "waiting", "duplicate", "cancelled", "uploaded"];

/** The uploads by id and by where they stand. Counting costs the same however many there are. */
export class Ledger {
  readonly #entries = new Map<number, Entry>();
  readonly #sets = Object.fromEntries(order.map((status) => [status, new Set<Entry>()])) as Record<Status, Set<Entry>>;
  #sending = 0;
  #bytes: Record<Status, number> = Object.fromEntries(order.map((status) => [status, 0])) as Record<Status, number>;

  add(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#sets[entry.status].add(entry);
    this.#bytes[entry.status] += entry.size;
  }

  get(id: number): Entry | undefined {
    return this.#entries.get(id);
  }

  /** Those that stand somewhere, in the order in which they came there. */
  at(status: Status): ReadonlySet<Entry> {
    return this.#sets[status];
  }

  /** Moves an upload; a reason that it had is gone unless a new one is given. */
  move(entry: Entry, status: Status, reason?: string): void {
    this.#sets[entry.status].delete(entry);
    this.#bytes[entry.status] -= entry.size;
    this.progress(entry, 0);
    entry.status = status;
    entry.reason = reason;
    this.#sets[status].add(entry);
    this.#bytes[status] += entry.size;
    if (status === "uploaded") {
      entry.sent = entry.size;
    }
  }

  /** Notes how much of a file has been sent. */
  progress(entry: Entry, sent: number): void {
    if (entry.status === "sending") {
      this.#sending += sent - entry.sent;
    }
    entry.sent = sent;
  }

  remove(entry: Entry): void {
    this.progress(entry, 0);
    this.#entries.delete(entry.id);
    this.#sets[entry.status].delete(entry);
    this.#bytes[entry.status] -= entry.size;
  }

  totals(): Totals {
    const counts = Object.fromEntries(order.map((status) => [status, this.#sets[status].size])) as Record<Status, number>;
    const sum = (statuses: readonly Status[], of: Readonly<Record<Status, number>>) => statuses.reduce((total, status) => total + of[status], 0);
    return {
      counts,
      total: this.#entries.size,
      unfinished: sum(unfinished, counts),
      bytes: sum([...unfinished, "uploaded"], this.#bytes),
      sentBytes: this.#bytes.uploaded + this.#sending,
    };
  }

  /** A page of the list. */
  page(part: Part, from: number, length: number): Upload[] {
    const found: Upload[] = [];
    let skip = from;
    for (const status of part === "all" ? order : part === "onTheirWay" ? order.filter((one) => unfinished.includes(one)) : [part]) {
      const set = this.#sets[status];
      if (skip >= set.size) {
        skip -= set.size;
        continue;
      }
      for (const entry of set) {
        if (skip > 0) {
          skip -= 1;
        } else if (found.length < length) {
          found.push({ ...entry });
        } else {
          return found;
        }
      }
    }
    return found;
  }
}
