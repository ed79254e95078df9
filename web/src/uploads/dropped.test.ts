import { expect, test } from "vitest";

import { readEntries } from "./dropped";

const entry = (name: string, path: string) => ({ isFile: true, isDirectory: false, name, fullPath: path, file: (done: (file: File) => void) => { done(new File(["x"], name)); } });

/** A folder whose reader gives two entries at a time, as browsers give some. */
function folder(name: string, path: string, children: object[], broken = false) {
  return {
    isFile: false, isDirectory: true, name, fullPath: path,
    createReader: () => {
      const left = [...children];
      return { readEntries: (done: (some: object[]) => void, fail: (error: Error) => void) => { if (broken) { fail(new Error("no")); } else { done(left.splice(0, 2)); } } };
    },
  };
}

test("reads folders however deep, in order, without litter, and names what cannot be read", async () => {
  const deep = folder("b", "/a/b", [entry("1.jpg", "/a/b/1.jpg"), entry("2.jpg", "/a/b/2.jpg"), entry("3.jpg", "/a/b/3.jpg")]);
  const top = folder("a", "/a", [entry("0.jpg", "/a/0.jpg"), deep, entry(".DS_Store", "/a/.DS_Store"), entry("4.jpg", "/a/4.jpg"), folder("c", "/a/c", [], true)]);
  const found: string[] = [];
  const unread = await readEntries([top, new File(["x"], "5.jpg")] as unknown as FileSystemEntry[], (files) => found.push(...files.map(({ path }) => path)));
  expect(found).toEqual(["a/0.jpg", "a/b/1.jpg", "a/b/2.jpg", "a/b/3.jpg", "a/4.jpg", "5.jpg"]);
  expect(unread).toEqual(["a/c"]);
});

test("hands on a large folder some at a time", async () => {
  const top = folder("a", "/a", Array.from({ length: 250 }, (_, at) => entry(`${at}.jpg`, `/a/${at}.jpg`)));
  const portions: number[] = [];
  await readEntries([top] as unknown as FileSystemEntry[], (files) => portions.push(files.length));
  expect(portions).toEqual([100, 100, 50]);
});
