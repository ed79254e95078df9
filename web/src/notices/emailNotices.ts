import { browserStore } from "./browserStore";

/** Where e-mail notices go, as the API has said it last; it says so only when they are switched on. */
export interface EmailNotices {
  /** Masked by the API: `d***@example.org`. */
  readonly address: string;
  /** False while a link in a first e-mail is still to be followed. */
  readonly confirmed: boolean;
}

function isEmailNotices(value: unknown): value is EmailNotices {
  return (
    typeof value === "object" &&
    value !== null &&
    "address" in value &&
    typeof value.address === "string" &&
    "confirmed" in value &&
    typeof value.confirmed === "boolean"
  );
}

/** Remembers, on this computer, that e-mail notices are on. */
export const emailNotices = browserStore("notices.email", isEmailNotices);
