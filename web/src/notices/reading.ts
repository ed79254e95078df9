import { browserStore } from "./browserStore";

/** What a person has read of the notices. */
export interface Reading {
  /** The time of the newest notice of those that were read all at once; empty for none. */
  readonly until: string;
  /** Younger ones that were read one by one. */
  readonly ids: readonly string[];
}

/** The part of a notice that this needs. The API's times are of one form, so that they sort as texts. */
interface Dated {
  readonly id: string;
  readonly at: string;
}

/** How many single ones to remember; there is one page of younger ones at most. */
const limit = 100;

function isReading(value: unknown): value is Reading {
  return (
    typeof value === "object" && value !== null && "until" in value && typeof value.until === "string" && "ids" in value && Array.isArray(value.ids)
  );
}

/** Remembers, on this computer, what a person has read. */
export const readings = browserStore("notices.read", isReading);

/** Says whether a notice is still to be read. Where nothing is remembered, nothing counts as news. */
export function isUnread(reading: Reading | undefined, { id, at }: Dated): boolean {
  return reading !== undefined && at > reading.until && !reading.ids.includes(id);
}

/** The reading with all of these read. */
export function withAllRead(reading: Reading | undefined, notices: readonly Dated[]): Reading {
  const newest = notices.reduce((latest, { at }) => (at > latest ? at : latest), reading?.until ?? "");
  return newest === reading?.until ? reading : { until: newest, ids: [] };
}

/** The reading with one more read. */
export function withRead(reading: Reading | undefined, notice: Dated): Reading | undefined {
  return isUnread(reading, notice) && reading !== undefined
    ? { until: reading.until, ids: [notice.id, ...reading.ids].slice(0, limit) }
    : reading;
}
