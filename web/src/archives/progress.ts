/** How much was done at a moment, in milliseconds of any clock that only goes forward. */
export interface Sample {
  readonly at: number;
  readonly done: number;
}

/** What is older says little of how fast it goes now, in milliseconds. */
const span = 30_000;

/** The samples with one more, and without those that are too old. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  return [...samples.filter(({ at }) => at >= sample.at - span), sample];
}

/** How much is done in a second; undefined while nothing has been seen to move. */
export function rateOf(samples: readonly Sample[]): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.done <= first.done) {
    return undefined;
  }
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}

/** How far along something is, in percent; it is 100 only when all is done. */
export function percentOf(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100));
}

/** A span of time in its two largest units: `23 h 5 min`, `1 min 30 s`, `12 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
