import type { Digest } from "./digest";

/**
 * Where a file stands. On its way: `waiting` to be read, `reading`, `read`, `asking` for a URL, `ready` to be sent,
 * `sending`. At its end: `uploaded`, `duplicate` (nothing was to be sent), `refused` (it cannot be a photo of PAM's),
 * `failed` (it may be tried again), `cancelled`.
 */
export type Status = "waiting" | "reading" | "read" | "asking" | "ready" | "sending" | "uploaded" | "duplicate" | "refused" | "failed" | "cancelled";

/** Where a file may stand that is still on its way. */
export const unfinished: readonly Status[] = ["waiting", "reading", "read", "asking", "ready", "sending"];

/** The signed request to send a file with. It works once: the object store answers 412 from then on. */
export interface Grant {
  readonly photoId: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Until when sending may begin, by this computer's clock, in milliseconds of Unix time. */
  readonly until: number;
}

/** A file that is being uploaded, as lists show it. */
export interface Upload {
  readonly id: number;
  /** Where in its folder the file was, or its name. */
  readonly path: string;
  /** Bytes in all, and those that are under way or have arrived. */
  readonly size: number;
  readonly sent: number;
  readonly status: Status;
  /** Why it is a duplicate, was refused or has failed, or why it waits, in a sentence. */
  readonly reason?: string | undefined;
  /** The photo that it became, or that was there already. */
  readonly photoId?: string | undefined;
  /** Leads to the server's log, where the API failed. */
  readonly requestId?: string | undefined;
}

/** An upload with what only the queue needs. */
export interface Entry extends Upload {
  path: string;
  sent: number;
  status: Status;
  reason: string | undefined;
  photoId: string | undefined;
  requestId: string | undefined;
  /** Let go once nothing is to be sent any more. */
  file: File | undefined;
  digest: Digest | undefined;
  grant: Grant | undefined;
  /** Whether the grant's URL has been tried: 412 means then that the bytes have arrived. */
  tried: boolean;
  /** Photos of earlier grants, which are in the way unless one of them turns out to have arrived. */
  stale: string[];
  /** How often in a row it did not work, and when to try again at the earliest. */
  failures: number;
  notBefore: number;
  /** The upload with the same bytes that this one is a duplicate of. */
  twinOf: number | undefined;
}

/** The answer of the API to one file. */
export type Outcome =
  | { readonly kind: "granted"; readonly grant: Grant }
  | { readonly kind: "duplicate"; readonly photoId: string; readonly fileName: string }
  | { readonly kind: "refused" | "failed"; readonly reason: string };

/** What is to be done next. */
export type Work =
  | { readonly kind: "read"; readonly upload: Entry }
  | { readonly kind: "ask"; readonly uploads: readonly Entry[] }
  | { readonly kind: "send"; readonly upload: Entry; readonly grant: Grant };

/** Why nothing goes on. */
export type Hold = "paused" | "offline" | "signedOut" | "stopped";
