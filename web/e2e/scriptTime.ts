/** One event of a trace by Chromium, as far as it is used here (Trace Event Format; times in microseconds). */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** The processor's time that the thread has had. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } };
}

/** What runs a page's scripts, and layout and style that they ask for. */
const ours = new Set(["EventDispatch", "FunctionCall", "TimerFire", "FireAnimationFrame", "EvaluateScript", "RunMicrotasks", "v8.run", "XHRReadyStateChange", "XHRLoad"]);

/** What `Browser.startTracing` has to record for it. */
export const categories = ["devtools.timeline", "__metadata"];

/** A stretch of a page's main thread in which its scripts ran without a break, in milliseconds. */
export interface Stretch {
  readonly name: string;
  /** By the clock, and of the processor's time: on a computer that is busy the first says little. */
  readonly wall: number;
  readonly cpu: number;
}

/** The longest stretches of the scripts on the main threads of pages, longest first. */
export function longestStretches(trace: Buffer, count: number): Stretch[] {
  const { traceEvents } = JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === "X" && ours.has(name) && main.has(`${pid}/${tid}`))
    .map(({ name, args, dur = 0, tdur = 0 }) => ({ name: `${name} ${args?.data?.type ?? ""}`.trim(), wall: dur / 1000, cpu: tdur / 1000 }))
    .sort((a, b) => b.cpu - a.cpu)
    .slice(0, count);
}
