import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A running `pam serve` on a data folder of its own. */
export interface Pam {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** Ends it as Ctrl-C does and deletes its data. */
  stop(): Promise<void>;
}

/** How long the program may take until it is ready, and how long to drain, in milliseconds. */
const startLimit = 30_000;
const drainLimit = 15_000;

/**
 * Starts the binary that PAM_BIN names, or else the one that `make build` leaves in bin. With PAM_URL nothing is started:
 * the tests run against the deployment there, whatever its login and its object store are.
 */
export async function startPam(): Promise<Pam> {
  if (process.env.PAM_URL !== undefined) {
    return { url: process.env.PAM_URL.replace(/\/$/, ""), stop: () => Promise.resolve() };
  }
  const binary = process.env.PAM_BIN ?? fileURLToPath(new URL("../../bin/pam", import.meta.url));
  const data = await mkdtemp(join(tmpdir(), "pam-e2e-"));
  const child = spawn(
    binary,
    ["serve", "--addr", await freeAddress(), "--s3-addr", await freeAddress(), "--data", data],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const exited = once(child, "exit");

  const stop = async () => {
    const kill = setTimeout(() => child.kill("SIGKILL"), drainLimit);
    child.kill("SIGINT");
    await exited;
    clearTimeout(kill);
    await rm(data, { recursive: true, force: true });
  };
  try {
    const url = await Promise.race([
      readyLine(child.stdout),
      exited.then(() => Promise.reject(new Error(`${binary} ended before it was ready`))),
      new Promise<never>((_, reject) => {
        setTimeout(() => {
          reject(new Error(`${binary} was not ready within ${startLimit} ms`));
        }, startLimit).unref();
      }),
    ]);
    return { url, stop };
  } catch (error) {
    if (child.pid !== undefined) {
      await stop();
    }
    throw new Error(`start pam; its log:\n${log}`, { cause: error });
  }
}

/** The URL in the line `pam ready <url>`. */
async function readyLine(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const url = /^pam ready (\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      output.resume();
      return url.replace(/\/$/, "");
    }
  }
  throw new Error("no line 'pam ready <url>' on standard output");
}

/** An address of the loopback interface that was free a moment ago. */
async function freeAddress(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return `127.0.0.1:${port}`;
}
