/** How long an upload's URL works where it does not say, in seconds: what the API promises. */
const promised = 900;

/** Nothing is begun in the last moments of a URL's life, in milliseconds. */
const margin = 15_000;

/**
 * Until when a URL that was given out now can be used, in milliseconds of Unix time. The length of its life counts, not
 * the moment of its end: this computer's clock may be wrong.
 */
export function usableUntil(url: string, now: number): number {
  const seconds = Number(URL.parse(url)?.searchParams.get("X-Amz-Expires") ?? promised);
  return now + (Number.isFinite(seconds) && seconds > 0 ? seconds : promised) * 1000 - margin;
}
