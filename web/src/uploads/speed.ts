/** How far back the speed looks, in milliseconds. */
const span = 20_000;
/** Before so much time has been seen no speed is told, in milliseconds. */
const least = 2_000;

/** Measures how fast bytes go, over the last seconds; time in which nothing may go does not count. */
export class Speed {
  #samples: { at: number; bytes: number }[] = [];

  /** @param bytes sent in all; it may go down, when a transfer begins anew. */
  record(at: number, bytes: number): void {
    this.#samples.push({ at, bytes });
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) < at - span) {
      this.#samples.shift();
    }
  }

  /** Begins anew, after a pause. */
  reset(): void {
    this.#samples = [];
  }

  /** Bytes per second; undefined while that is not known. */
  perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < least || last.bytes <= first.bytes) {
      return undefined;
    }
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}
