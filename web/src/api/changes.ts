import type { Observable, Subscription } from "rxjs";

import { follow as followNetwork } from "./online";

/** A result of a subscription as Apollo Client hands it on. */
interface Result<Data> {
  readonly data?: Data | null | undefined;
  readonly error?: unknown;
}

/** What to follow, and how. */
export interface Changes<Data> {
  /** Begins the stream; undefined where there is none, and polling has to do. */
  readonly stream: (() => Observable<Result<Data>>) | undefined;
  readonly onData: (data: Data) => void;
  readonly poll: () => Promise<unknown>;
  /** Milliseconds between two polls. */
  readonly interval: number;
}

/** How long to wait before a stream is asked for again, in milliseconds: first after its end, and at most. */
const firstWait = 500;
const longestWait = 30_000;
/** A page that nobody looks at polls so many times less often. */
const hiddenFactor = 5;

/** Follows changes until the returned function is called. It never rejects: a poll that fails is the page's to show. */
export function followChanges<Data>(changes: Changes<Data>): () => void {
  return changes.stream === undefined ? pollForChanges(changes) : streamChanges(changes, changes.stream);
}

function streamChanges<Data>(changes: Changes<Data>, begin: () => Observable<Result<Data>>): () => void {
  let running: Subscription | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = firstWait;
  let stopped = false;

  const again = () => {
    running = undefined;
    if (stopped) {
      return;
    }
    // Up to half as long again, so that the pages of many people do not come back at the same moment.
    timer = setTimeout(open, wait * (1 + Math.random() / 2));
    wait = Math.min(wait * 2, longestWait);
  };
  const open = () => {
    clearTimeout(timer);
    timer = undefined;
    // Without a network there is nothing to try; it tells when it is back.
    if (stopped || running !== undefined || !navigator.onLine) {
      return;
    }
    running = begin().subscribe({
      next: ({ data, error }) => {
        if (data !== undefined && data !== null && error === undefined) {
          wait = firstWait;
          changes.onData(data);
        }
      },
      // Between two streams something may have changed that the next one does not begin with.
      error: () => {
        void changes.poll().catch(() => undefined);
        again();
      },
      complete: again,
    });
  };
  const stopNetwork = followNetwork(open);
  open();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stopNetwork();
    running?.unsubscribe();
  };
}

function pollForChanges<Data>({ poll, interval }: Changes<Data>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const schedule = () => {
    if (!stopped) {
      clearTimeout(timer);
      timer = setTimeout(ask, document.hidden ? interval * hiddenFactor : interval);
    }
  };
  const ask = () => {
    const asked = navigator.onLine ? poll() : Promise.resolve();
    void asked.catch(() => undefined).finally(schedule);
  };
  const shown = () => {
    if (!document.hidden && timer !== undefined) {
      clearTimeout(timer);
      ask();
    }
  };
  document.addEventListener("visibilitychange", shown);
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", shown);
  };
}
