import type { Digest } from "./digest";
import type { Answer, Question } from "./digest.worker";

interface Waiting {
  readonly resolve: (digest: Digest) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Computes digests in a worker, so that the page never waits for one. The worker starts at the first file and ends by
 * `stop`; files that it is at then are rejected.
 */
export class Digester {
  #worker: Worker | undefined;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();

  readonly digest = (file: File): Promise<Digest> => {
    this.#worker ??= this.#start();
    const id = (this.#last += 1);
    const question: Question = { id, file };
    this.#worker.postMessage(question);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  };

  stop(reason = "stopped"): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(reason));
    }
    this.#waiting.clear();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./digest.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("digest" in data) {
        waiting?.resolve(data.digest);
      } else {
        waiting?.reject(new Error(data.error));
      }
    };
    // Its code could not be fetched, or it broke down; the next file gets another.
    worker.onerror = () => {
      this.stop("the checksum worker has failed");
    };
    return worker;
  }
}
