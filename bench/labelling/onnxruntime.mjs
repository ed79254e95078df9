// Runs an ONNX model in ONNX Runtime, for the benchmark of labelling:
//
//   node onnxruntime.mjs MODEL
//
// The protocol is that of package bench/process: each line of standard input is a request as JSON, each line of standard output the
// reply to it. A request names a file of float32 in the order of the model's input; where it names another for the output,
// all of the model's outputs are written there, one after the other. The time is that of the model alone. What a reply
// cannot say ends the process.

import { readFile, writeFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

import ort from "onnxruntime-node";

/** Reads float32s; the copy puts them where a Float32Array may begin. */
async function readFloats(file) {
  const bytes = await readFile(file);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Writes the outputs in the order in which the model declares them. */
async function writeOutputs(file, session, results) {
  const outputs = session.outputNames.map((name) => {
    const { buffer, byteOffset, byteLength } = results[name].data;
    return Buffer.from(buffer, byteOffset, byteLength);
  });
  await writeFile(file, Buffer.concat(outputs));
}

const session = await ort.InferenceSession.create(process.argv[2], {
  executionProviders: ["cpu"],
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});
const [{ name, shape }] = session.inputMetadata;

for await (const line of createInterface({ input: process.stdin })) {
  const { input, output } = JSON.parse(line);
  const feeds = { [name]: new ort.Tensor("float32", await readFloats(input), shape) };
  const cpu = process.cpuUsage();
  const start = performance.now();
  const results = await session.run(feeds);
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (output) {
    await writeOutputs(output, session, results);
  }
  console.log(JSON.stringify({ milliseconds, cpuMilliseconds: (user + system) / 1000 }));
}
