/** A link that ends within this time is not worth keeping, in milliseconds. */
const margin = 60_000;

/**
 * Until when a link that S3's query parameters sign (Signature Version 4) can be followed, in milliseconds of Unix time;
 * undefined where the link does not say.
 */
export function expiryOf(url: string): number | undefined {
  const parameters = URL.parse(url)?.searchParams;
  const signed = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parameters?.get("X-Amz-Date") ?? "");
  const seconds = Number(parameters?.get("X-Amz-Expires") ?? Number.NaN);
  if (signed === null || !Number.isFinite(seconds)) {
    return undefined;
  }
  const [year = 0, month = 1, ...time] = signed.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...time) + seconds * 1000;
}

/**
 * Of two links to the same thing, the older one as long as it works for a while: the browser has the picture behind it,
 * and would fetch it anew from another.
 */
export function keepFresh(existing: string | null | undefined, incoming: string | null | undefined, now = Date.now()): string | null {
  if (typeof existing !== "string" || typeof incoming !== "string") {
    return incoming ?? null;
  }
  return (expiryOf(existing) ?? 0) > now + margin && pathOf(existing) === pathOf(incoming) ? existing : incoming;
}

function pathOf(url: string): string {
  return url.slice(0, url.indexOf("?"));
}
