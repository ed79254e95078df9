import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { inspect } from "./browser";
import { ask, fillLibrary } from "./library";
import { photographs } from "./photographs";
import { beginVisit, signIn, type Visit } from "./visit";

interface Photo {
  readonly id: string;
  readonly fileName: string;
  readonly labels: readonly { readonly name: string; readonly confidence: number }[];
}

let visit: Visit;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pam-e2e-photos-"));
  const broken = join(scratch, "broken.jpg");
  await writeFile(broken, "this is no picture");
  visit = await beginVisit();
  await visit.open("/");
  await signIn(visit);
  await visit.page.getByRole("heading", { level: 1, name: "Welcome to PAM" }).waitFor();
  await fillLibrary(visit.page, [...photographs().slice(0, 9), broken]);
}, 240_000);

afterAll(async () => {
  await visit.end();
  await rm(scratch, { recursive: true, force: true });
});

async function photos(options: string): Promise<Photo[]> {
  const query = `{ photos(first: 100${options}) { nodes { id fileName labels { name confidence } } } }`;
  return (await ask<{ photos: { nodes: Photo[] } }>(visit.page, query)).photos.nodes;
}

const grid = () => visit.page.getByRole("list", { name: "Photos", exact: true });
const shownNames = () => grid().locator("li a").evaluateAll((links) => links.map((link) => link.querySelector("img")?.alt ?? link.getAttribute("title")));
const focusedName = () => visit.page.evaluate(() => document.activeElement?.querySelector("img")?.alt);
const heading = (name: string | RegExp) => visit.page.getByRole("heading", { level: 1, name });

test("shows all photos, newest first, and those of a selection", async () => {
  await visit.open("/photos?status=labelled");
  const all = await photos(", status: LABELLED");
  expect(all.length).toBe(9);
  await expect.poll(shownNames).toEqual(all.map(({ fileName }) => fileName));
  await grid().getByRole("img").first().waitFor();
  await inspect(visit.page, "photos-grid");

  const label = all[0]?.labels[0]?.name ?? "";
  await visit.open(`/photos?any=${encodeURIComponent(label)}`);
  const some = await photos(`, match: { any: [${JSON.stringify(label)}] }`);
  await expect.poll(shownNames).toEqual(some.map(({ fileName }) => fileName));
  await visit.page.getByText(`With ${label}; at least 55%`).waitFor();
});

test("orders photos the other way round", async () => {
  await visit.open("/photos?status=labelled&order=oldest");
  const all = await photos(", status: LABELLED, orderBy: UPLOADED_ASC");
  await expect.poll(shownNames).toEqual(all.map(({ fileName }) => fileName));
});

test("says of a refused photo why", async () => {
  await visit.open("/photos?status=rejected");
  await grid().getByText("Refused").waitFor();
  await grid().getByText("broken.jpg").waitFor();
  await inspect(visit.page, "photos-refused");
  await grid().getByRole("link").press("Enter");
  await visit.page.getByText("PAM could not take this photo").waitFor();
  await visit.page.getByText("The file is neither a JPEG nor a PNG image.").waitFor();
  await inspect(visit.page, "photo-refused");
});

test("moves, opens, goes on to the next and comes back to where it was, by keys alone", async () => {
  await visit.open("/photos?status=labelled");
  const all = await photos(", status: LABELLED");
  const { keyboard } = visit.page;
  await grid().getByRole("link").first().focus();
  await keyboard.press("ArrowRight");
  expect(await focusedName()).toBe(all[1]?.fileName);
  await keyboard.press("End");
  expect(await focusedName()).toBe(all.at(-1)?.fileName);
  await keyboard.press("Home");
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await heading(all[1]?.fileName ?? "").waitFor();
  await visit.page.getByText("2 of 9").waitFor();
  await inspect(visit.page, "photo-view");
  await keyboard.press("ArrowRight");
  await heading(all[2]?.fileName ?? "").waitFor();
  await keyboard.press("ArrowLeft");
  await heading(all[1]?.fileName ?? "").waitFor();
  await keyboard.press("Escape");
  await heading(/^Photos/).waitFor();
  await expect.poll(focusedName).toBe(all[1]?.fileName);
});

test("shows the labels of a photo with the confidence that the API gives", async () => {
  const [photo] = await photos(", status: LABELLED");
  await visit.open(`/photos/${photo?.id ?? ""}`);
  await visit.page.getByRole("heading", { name: "What it shows" }).waitFor();
  const format = new Intl.NumberFormat("en", { style: "unit", unit: "percent", maximumFractionDigits: 1 });
  for (const { name, confidence } of photo?.labels ?? []) {
    const line = visit.page.getByRole("listitem").filter({ has: visit.page.getByRole("link", { name, exact: true }) });
    await line.getByText(format.format(confidence), { exact: true }).waitFor();
  }
});

test("opens the original by a link that is signed for it", async () => {
  const opened = visit.page.waitForEvent("popup");
  await visit.page.getByRole("button", { name: "Open the original in a new tab" }).press("Enter");
  const tab = await opened;
  await tab.waitForURL(/X-Amz-Signature=/);
  await tab.close();
});

test("asks for a new link when a picture's link has run out", async () => {
  await visit.page.route(/\/thumbs\//, (route) => route.fulfill({ status: 403, body: "expired" }), { times: 1 });
  await visit.open("/photos?status=labelled");
  const renewed = await visit.page.waitForResponse((response) => (response.request().postData() ?? "").includes("query Thumbnail"));
  expect(renewed.ok()).toBe(true);
  const broken = () => grid().getByRole("img").evaluateAll((images) => images.filter((image) => (image as HTMLImageElement).naturalWidth === 0).length);
  await expect.poll(broken).toBe(0);
});

test("deletes what was selected by keys, after asking, and counts exactly what is left", async () => {
  await visit.open("/photos?status=labelled");
  const all = await photos(", status: LABELLED");
  const { keyboard } = visit.page;
  await grid().getByRole("link").first().focus();
  await keyboard.press("Space");
  await keyboard.press("Shift+ArrowRight");
  await keyboard.press("Shift+ArrowRight");
  await visit.page.getByText("3 selected").first().waitFor();
  await inspect(visit.page, "photos-selected");
  await keyboard.press("Delete");
  await visit.page.getByRole("dialog", { name: "Delete 3 photos?" }).waitFor();
  await inspect(visit.page, "photos-delete");
  await keyboard.press("Escape");
  await visit.page.getByRole("dialog").waitFor({ state: "hidden" });
  expect(await shownNames()).toHaveLength(9);

  await grid().getByRole("link").first().focus();
  await keyboard.press("Delete");
  await visit.page.getByRole("dialog").getByRole("button", { name: "Delete 3 photos" }).press("Enter");
  await visit.page.getByText("3 photos deleted.").first().waitFor();
  await expect.poll(shownNames).toEqual(all.slice(3).map(({ fileName }) => fileName));
  await heading("Photos (6)").waitFor();
  await expect.poll(focusedName, { message: "the next photo has the focus" }).toBe(all[3]?.fileName);
  expect((await photos(", status: LABELLED")).map(({ id }) => id)).toEqual(all.slice(3).map(({ id }) => id));

  const way = visit.page.getByRole("link", { name: "Labels", exact: true });
  if (!(await way.isVisible())) {
    // It closes where the window is narrow, as it was for the pictures.
    await visit.page.getByRole("button", { name: "Open the navigation" }).press("Enter");
  }
  await way.press("Enter");
  const { labels } = await ask<{ labels: { nodes: { name: string; count: number }[] } }>(visit.page, "{ labels(first: 1) { nodes { name count } } }");
  const [first] = labels.nodes;
  const row = visit.page.getByRole("row").filter({ has: visit.page.getByRole("link", { name: first?.name ?? "", exact: true }) });
  await row.getByText(String(first?.count), { exact: true }).waitFor();
});

test("says which photos had gone already", async () => {
  await visit.open("/photos?status=labelled");
  await grid().getByRole("link").first().waitFor();
  const [first] = await photos(", status: LABELLED");
  await grid().getByRole("link").first().focus();
  await visit.page.keyboard.press("Delete");
  await ask(visit.page, "mutation ($ids: [ID!]!) { deletePhotos(ids: $ids) { deletedIds } }", { ids: [first?.id] });
  await visit.page.getByRole("dialog").getByRole("button", { name: "Delete 1 photo" }).press("Enter");
  await visit.page.getByText("1 photo had gone already.").first().waitFor();
  await heading("Photos (5)").waitFor();
});

test("deletes a photo from its own page, and goes on to the next", async () => {
  const all = await photos(", status: LABELLED");
  await visit.open(`/photos/${all[0]?.id ?? ""}?status=labelled`);
  await visit.page.getByText("1 of 5").waitFor();
  await visit.page.keyboard.press("Delete");
  await visit.page.getByRole("dialog", { name: "Delete this photo?" }).getByRole("button", { name: "Delete 1 photo" }).press("Enter");
  await heading(all[1]?.fileName ?? "").waitFor();
  await visit.page.getByText("1 of 4").waitFor();
});

test("says what is wrong with an address that the API would refuse", async () => {
  await visit.open("/photos?none=Person");
  await visit.page.getByText("The selection only leaves labels out").waitFor();
  await inspect(visit.page, "photos-unaskable");
});

test("stays quick with thousands of photos", async () => {
  const [photo] = await photos(", status: LABELLED");
  const { thumbnailUrl } = (await ask<{ photo: { thumbnailUrl: string } }>(visit.page, "query ($id: ID!) { photo(id: $id) { thumbnailUrl } }", { id: photo?.id })).photo;
  const total = 3000;
  await visit.page.route("**/graphql", async (route) => {
    const { operationName, variables } = route.request().postDataJSON() as { operationName?: string; variables: { after?: string } };
    if (operationName !== "Photos") {
      await route.continue();
      return;
    }
    const from = Number(variables.after ?? 0);
    const nodes = Array.from({ length: 100 }, (_, i) => ({
      __typename: "Photo", id: `P${from + i}`, fileName: `photo ${from + i}.jpg`, status: "LABELLED", thumbnailUrl, rejection: null,
    }));
    const pageInfo = { __typename: "PageInfo", hasNextPage: from + 100 < total, endCursor: String(from + 100) };
    await route.fulfill({ json: { data: { photos: { __typename: "PhotoConnection", nodes, pageInfo, totalCount: total } } } });
  });
  await visit.open("/photos");
  await grid().getByRole("link").first().focus();
  const count = () => grid().locator("li").count();
  while ((await count()) < total) {
    const before = await count();
    await visit.page.keyboard.press("End");
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(before);
  }
  // The longest that one step of the arrow keys holds the page, with all of them there.
  await visit.page.evaluate(() => {
    const kept = window as unknown as { longest: number };
    kept.longest = 0;
    new PerformanceObserver((list) => {
      kept.longest = Math.max(kept.longest, ...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask" });
  });
  for (let step = 0; step < 20; step += 1) {
    await visit.page.keyboard.press(step % 2 === 0 ? "ArrowUp" : "ArrowLeft");
  }
  await visit.page.keyboard.press("Space");
  await visit.page.getByText("1 selected").first().waitFor();
  const longest = await visit.page.evaluate(() => (window as unknown as { longest: number }).longest);
  console.info(`3,000 photos: the longest task was ${Math.round(longest)} ms`);
  expect(longest, "milliseconds that the page stood still").toBeLessThan(1000);
  await visit.page.unroute("**/graphql");
});

test("broke no rule on the way", () => {
  const { foreign, policy, console } = visit.offences;
  expect({ foreign, policy }).toEqual({ foreign: [], policy: [] });
  // Chromium logs the picture that one test refuses.
  expect(console.filter((line) => !line.includes("status of 403"))).toEqual([]);
});
