import { digest, type Digest } from "./digest";

/** A file to compute the digest of. */
export interface Question {
  readonly id: number;
  readonly file: File;
}

/** The digest, or why there is none. */
export type Answer = { readonly id: number } & ({ readonly digest: Digest } | { readonly error: string });

self.onmessage = async ({ data: { id, file } }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    answer = { id, digest: await digest(file) };
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(answer);
};
