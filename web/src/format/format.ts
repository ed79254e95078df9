/** The language to format in: the pages are English, whatever the browser speaks. */
const language = "en";

const counts = new Intl.NumberFormat(language);
const fractions = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const moments = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const percents = new Intl.NumberFormat(language, { style: "unit", unit: "percent", maximumFractionDigits: 1 });
const distances = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const units = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A whole number with separators: `12,345`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** A count and its noun: `1 photo`, `2 photos`. */
export function formatCountOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A size in decimal units, to three digits: `3.07 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return unit === 0 && size === 1 ? "1 byte" : `${fractions.format(size)} ${units[unit] ?? ""}`;
}

/** A moment in the person's time zone: `May 1, 2026, 3:14 PM`. */
export function formatMoment(moment: string): string {
  return moments.format(new Date(moment));
}

/** A camera's local time, which has no zone: it is shown as it is. */
export function formatLocalTime(time: string): string {
  // Date makes something of almost any text.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time)) {
    return time;
  }
  // Without a zone, Date takes the person's own, and the format gives the same one back.
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : moments.format(date);
}

/** A confidence, as a percentage: `97.3%`. */
export function formatConfidence(confidence: number): string {
  return percents.format(confidence);
}

/** How far away a moment is: `in 23 hours`, `5 minutes ago`. */
export function formatDistance(moment: string, now: number = Date.now()): string {
  const seconds = (new Date(moment).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) {
    return distances.format(Math.trunc(seconds), "second");
  }
  if (size < 3600) {
    return distances.format(Math.trunc(seconds / 60), "minute");
  }
  return size < 48 * 3600 ? distances.format(Math.trunc(seconds / 3600), "hour") : distances.format(Math.trunc(seconds / 86400), "day");
}
