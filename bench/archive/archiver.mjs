// Makes a zip in S3 as AWS's JavaScript sample for photo assets does, for the benchmark of archives.
//
// The sample (javascriptv3/example_code/cross-services/photo-asset-manager in awsdocs/aws-doc-sdk-examples) gets one object
// after another, appends each body to npm archiver's zip, and hands the zip's stream to Upload of @aws-sdk/lib-storage. So
// does this, with the same settings: archiver's own, which deflate, and Upload's own. Two differences make it faster than
// the sample: one client, and so one set of connections, serves all objects, where the sample makes a client for each; and
// the upload begins before the objects are asked for, not after.
//
// The protocol is that of package bench/process: each line of standard input is a request as JSON, each line of standard
// output the reply to it. Endpoint, region and keys come from the SDK's usual environment variables. Whatever fails ends
// the process.

import { readFile } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import archiver from "archiver";

const reading = new S3Client({ forcePathStyle: true });
const writing = new S3Client({ forcePathStyle: true });

/** Makes the zip of a manifest's photos as an object. */
async function zipAndUpload({ storage, working, photos }, key) {
  const archive = archiver("zip");
  const upload = new Upload({
    client: writing,
    params: { Bucket: working, Key: key, Body: Readable.from(archive), ContentType: "application/zip" },
  });
  const done = upload.done();
  for (const photo of photos) {
    const { Body } = await reading.send(new GetObjectCommand({ Bucket: storage, Key: photo.key }));
    archive.append(Body, { name: photo.name });
  }
  archive.finalize();
  await done;
}

/** The most memory that the process has had resident, in bytes; 0 where the system does not tell. */
async function peakBytes() {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(status);
  return found ? Number(found[1]) * 1024 : 0;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { manifest, name } = JSON.parse(line);
  const photos = JSON.parse(await readFile(manifest, "utf8"));
  const key = `made/archiver/${name}`;
  const cpu = process.cpuUsage();
  const start = performance.now();
  await zipAndUpload(photos, key);
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  const cpuMilliseconds = (user + system) / 1000;
  console.log(JSON.stringify({ milliseconds, cpuMilliseconds, peakBytes: await peakBytes(), key }));
}
