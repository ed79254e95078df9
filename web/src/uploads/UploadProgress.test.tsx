// @vitest-environment jsdom
import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { problemOf } from "../api/problem";
import { renderPage, silence } from "../test/render";

import { Uploader, type Ports } from "./uploader";
import { UploadProgress } from "./UploadProgress";
import { UploadsContext } from "./UploadsContext";

function show(put: Ports["put"], ...names: string[]) {
  const uploader = new Uploader({
    digest: (file) => Promise.resolve({ crc32: "AAAAAA==", sha256: file.name, type: "image/jpeg" }),
    begin: (batch) =>
      Promise.resolve(batch.map(({ path }) => ({ kind: "granted" as const, grant: { photoId: path, url: "http://s3/", method: "PUT", headers: [], until: Infinity } }))),
    discard: () => Promise.resolve(),
    put,
    problemOf,
    now: Date.now,
  });
  uploader.add(names.map((name) => ({ file: new File(["12345"], name), path: name })));
  const page = (
    <UploadsContext value={{ uploader, Indicator: () => null, leave: () => undefined }}>
      <UploadProgress />
    </UploadsContext>
  );
  return { uploader, ...renderPage(page, { link: silence() }) };
}

const never = () => new Promise<never>(() => undefined);

test("names what went wrong, and tries it again when asked", async () => {
  const put = vi.fn<Ports["put"]>().mockResolvedValueOnce({ status: 403 }).mockResolvedValue({ status: 200 });
  const { user } = show(put, "a.jpg", "letter.txt");
  expect(await screen.findByText("1 refused, 1 failed")).toBeInTheDocument();
  expect(screen.getByText("PAM takes JPEG and PNG pictures only.")).toBeInTheDocument();
  expect(screen.getByText("The store does not allow this upload (403).")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Retry failed (1)" }));
  expect(await screen.findByText("1 uploaded, 1 refused")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "a.jpg" })).toHaveAttribute("href", "/photos/a.jpg");
  await user.click(screen.getByRole("button", { name: "Clear the list" }));
  expect(screen.queryByRole("list", { name: "Files" })).not.toBeInTheDocument();
});

test("pauses, goes on and cancels", async () => {
  const { user, uploader } = show(never, "a.jpg");
  await user.click(await screen.findByRole("button", { name: "Pause" }));
  expect(screen.getByRole("heading", { level: 2 })).toHaveTextContent("Paused");
  expect(uploader.summary().counts.sending).toBe(0);
  await user.click(screen.getByRole("button", { name: "Resume" }));
  expect(screen.getByRole("heading", { level: 2 })).toHaveTextContent("Uploading");
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  expect(await screen.findByText("1 cancelled")).toBeInTheDocument();
});

test("draws a page of the files, however many there are, and narrows them", async () => {
  const { user } = show(never, ...Array.from({ length: 60 }, (_, at) => `${String(at)}.jpg`), "letter.txt");
  expect(await screen.findAllByRole("listitem")).toSatisfy((items: HTMLElement[]) => items.filter((item) => item.closest("[aria-label=Files]")).length === 25);
  await user.click(screen.getByRole("button", { name: "Refused (1)" }));
  expect(screen.getByText("letter.txt")).toBeInTheDocument();
  expect(screen.queryByText("0.jpg")).not.toBeInTheDocument();
});
