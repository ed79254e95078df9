// Starts and stops a PAM of its own: free ports, an empty data folder that is removed in the end.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** How long PAM may take to say that it is ready, and to stop, in milliseconds. */
const patience = 30_000;

/** Finds two ports that nobody listens on. They are held together, so that they differ. */
async function freePorts() {
  const servers = [createServer(), createServer()];
  const ports = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push(server.address().port);
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return ports;
}

/**
 * Starts the program and waits until it serves.
 * @param binary the path of pam.
 * @returns its url, token(user) for an access token, and stop().
 */
export async function startPam(binary) {
  const data = await mkdtemp(join(tmpdir(), "pam-conformance-"));
  const [port, s3Port] = await freePorts();
  const child = spawn(
    binary,
    ["serve", "--addr", `127.0.0.1:${port}`, "--s3-addr", `127.0.0.1:${s3Port}`, "--data", data],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (log += text));
  // Also when the program cannot be started at all, which gives no exit.
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(`ended with ${code ?? signal}`));
    child.once("error", (error) => resolve(error.message));
  });

  async function stop() {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGINT");
      const timer = setTimeout(() => child.kill("SIGKILL"), patience);
      await ended;
      clearTimeout(timer);
    }
    await rm(data, { recursive: true, force: true });
  }

  try {
    const url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`pam was not ready in ${patience} ms`)), patience);
      createInterface({ input: child.stdout }).on("line", (line) => {
        const ready = /^pam ready (\S+)/.exec(line);
        if (ready) {
          clearTimeout(timer);
          resolve(ready[1].replace(/\/$/, ""));
        }
      });
      ended.then((how) => {
        clearTimeout(timer);
        reject(new Error(`pam ${how}`));
      });
    });
    const token = async (user) => {
      const { stdout } = await promisify(execFile)(binary, ["token", "--data", data, "--user", user]);
      return stdout.trim();
    };
    return { url, token, stop };
  } catch (error) {
    await stop();
    error.message += `\n${log}`;
    throw error;
  }
}
