import type { Grant } from "./upload";

/** What came of sending a file: the status that the object store answered with, or that none came, or that we stopped. */
export type PutResult = { readonly status: number } | "unreachable" | "aborted";

/** A transfer that has not moved for so long is given up, in milliseconds. */
const stallLimit = 60_000;

/**
 * Sends a file's bytes, by XMLHttpRequest because fetch tells no progress of what it sends. The browser takes them from
 * the disk; the page never holds them. It never rejects.
 */
export function put(file: Blob, { url, method, headers }: Grant, onProgress: (sent: number) => void, signal: AbortSignal): Promise<PutResult> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        finish("unreachable");
        request.abort();
      }, stallLimit);
    };
    const abort = () => {
      finish("aborted");
      request.abort();
    };
    const finish = (result: PutResult) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      resolve(result);
    };
    request.upload.onprogress = ({ loaded }) => {
      watch();
      onProgress(loaded);
    };
    request.onload = () => {
      finish({ status: request.status });
    };
    request.onerror = () => {
      finish("unreachable");
    };
    if (signal.aborted) {
      finish("aborted");
      return;
    }
    signal.addEventListener("abort", abort);
    request.open(method, url);
    for (const { name, value } of headers) {
      request.setRequestHeader(name, value);
    }
    watch();
    request.send(file);
  });
}
