import { afterAll, beforeAll, expect, test } from "vitest";

import { inspect } from "./browser";
import { ask, fillLibrary } from "./library";
import { photographs } from "./photographs";
import { beginVisit, signIn, type Visit } from "./visit";

interface Label {
  readonly name: string;
  readonly count: number;
  readonly parents: string[];
}

let visit: Visit;

beforeAll(async () => {
  visit = await beginVisit();
  await visit.open("/");
  await signIn(visit);
  await visit.page.getByRole("heading", { level: 1, name: "Welcome to PAM" }).waitFor();
  await fillLibrary(visit.page, photographs().slice(0, 6));
}, 180_000);

afterAll(async () => {
  await visit.end();
});

/** The labels as the API gives them. */
async function labels(options = ""): Promise<Label[]> {
  const query = `{ labels(first: 500${options}) { nodes { name count parents } } }`;
  return (await ask<{ labels: { nodes: Label[] } }>(visit.page, query)).labels.nodes;
}

/** The photos and bytes that the API finds for a match. */
async function preview(match: Record<string, unknown>): Promise<{ photoCount: number; totalBytes: number }> {
  const query = "query ($match: LabelMatch!) { archivePreview(match: $match) { photoCount totalBytes } }";
  return (await ask<{ archivePreview: { photoCount: number; totalBytes: number } }>(visit.page, query, { match })).archivePreview;
}

/** The names and counts of the table's rows, from top to bottom. */
async function rows(): Promise<Pick<Label, "name" | "count">[]> {
  const table = visit.page.getByRole("grid", { name: "Labels" });
  await table.waitFor();
  return await table.evaluate((element) =>
    [...element.querySelectorAll("tbody tr")].map((row) => {
      const cells = [...row.querySelectorAll("td, th")].map(({ textContent }) => textContent);
      return { name: cells[1] ?? "", count: Number((cells[2] ?? "").replaceAll(",", "")) };
    }),
  );
}

const plain = (all: readonly Label[]) => all.map(({ name, count }) => ({ name, count }));
const bar = () => visit.page.getByRole("region", { name: "Selection" });

test("shows the labels and counts that the API gives, most photos first", async () => {
  await visit.open("/labels");
  const all = await labels();
  expect(all.length, "the photographs show something").toBeGreaterThan(10);
  await expect.poll(rows).toEqual(plain(all.slice(0, 100)));
  await inspect(visit.page, "labels-table");
});

test("sorts by name, and keeps that in the address", async () => {
  await visit.page.getByRole("columnheader", { name: "Label" }).getByRole("button").click();
  await expect.poll(rows).toEqual(plain((await labels(", orderBy: NAME_ASC")).slice(0, 100)));
  expect(new URL(visit.page.url()).searchParams.get("order")).toBe("name");
  await visit.page.reload();
  await expect.poll(rows).toEqual(plain((await labels(", orderBy: NAME_ASC")).slice(0, 100)));
});

test("searches on the server, and says when nothing is found", async () => {
  const search = visit.page.getByRole("searchbox", { name: "Search labels" });
  await search.fill("ANIM");
  const found = await labels(`, search: "anim", orderBy: NAME_ASC`);
  expect(found.length, "photos of animals are among the photographs").toBeGreaterThan(0);
  await expect.poll(rows).toEqual(plain(found));
  expect(new URL(visit.page.url()).searchParams.get("search")).toBe("ANIM");
  expect(await search.evaluate((element) => element === document.activeElement), "typing goes on").toBe(true);
  await search.fill("no such label");
  await visit.page.getByText("No label matches").waitFor();
  await inspect(visit.page, "labels-none-found");
  await search.fill("");
});

test("counts at a higher confidence", async () => {
  await visit.page.getByRole("button", { name: "Confidence" }).click();
  await visit.page.getByRole("option", { name: "At least 90%" }).click();
  await expect.poll(rows).toEqual(plain((await labels(", minConfidence: 90, orderBy: NAME_ASC")).slice(0, 100)));
  expect(new URL(visit.page.url()).searchParams.get("confidence")).toBe("90");
});

test("selects by the keyboard alone, says it in words, and knows what it comes to", async () => {
  await visit.open("/labels");
  const { keyboard } = visit.page;
  const [first, second, ...others] = await labels();
  const last = others.find(({ count }) => count < (first?.count ?? 0));
  if (first === undefined || second === undefined || last === undefined) {
    throw new Error("the photographs show too little");
  }
  await visit.page.getByRole("checkbox", { name: `Include ${first.name}`, exact: true }).focus();
  await keyboard.press("Space");
  // The table is one stop of the Tab key; arrows lead to its cells.
  await keyboard.press("ArrowDown");
  await keyboard.press("Space");
  await visit.page.getByRole("checkbox", { name: `Leave out ${last.name}`, exact: true }).focus();
  await keyboard.press("Space");
  const words = `Photos with any of ${first.name}, ${second.name}; not ${last.name}; at least 55%`;
  await bar().getByText(words).first().waitFor();
  const match = { any: [first.name, second.name], none: [last.name] };
  const { photoCount } = await preview(match);
  await bar().getByText(new RegExp(`^${photoCount} photos?, `)).waitFor();
  await inspect(visit.page, "labels-selected");

  // Both have to be there now, instead of one of them.
  for (const { name } of [first, second]) {
    await visit.page.getByRole("button", { name: `any: ${name}` }).focus();
    await keyboard.press("Enter");
    await visit.page.getByRole("menuitemcheckbox", { name: "Include: all of these" }).waitFor();
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await visit.page.getByRole("button", { name: `all: ${name}` }).waitFor();
  }
  const both = await preview({ all: [first.name, second.name], none: [last.name] });
  await bar().getByText(new RegExp(`^${both.photoCount} photos?, `)).waitFor();
  expect([...new URL(visit.page.url()).searchParams]).toEqual([
    ["all", first.name],
    ["all", second.name],
    ["none", last.name],
  ]);
});

test("hands the selection on by its address, to the photos and to a new archive", async () => {
  const { search } = new URL(visit.page.url());
  const archive = await bar().getByRole("link", { name: "Make an archive" }).getAttribute("href");
  expect(archive).toBe(`/archives/new${search}`);
  await bar().getByRole("link", { name: "Show photos" }).press("Enter");
  await visit.page.getByRole("heading", { level: 1, name: /^Photos/ }).waitFor();
  expect(new URL(visit.page.url()).search).toBe(search);
  await visit.page.getByRole("link", { name: "Change the selection" }).press("Enter");
  await bar().getByText(/^Photos with all of/).first().waitFor();
});

test("says that twenty labels are the most before the server has to", async () => {
  const names = Array.from({ length: 20 }, (_, i) => `any=${encodeURIComponent(`Thing ${i}`)}`).join("&");
  await visit.open(`/labels?${names}`);
  await bar().getByText("20 labels are the most that a selection may have.").first().waitFor();
  expect(await visit.page.getByRole("checkbox", { name: /^Include / }).nth(1).isDisabled()).toBe(true);
  await inspect(visit.page, "labels-full");
});

test("shows labels as cards, which can be selected, too", async () => {
  await visit.open("/labels?view=cards");
  const [first] = await labels();
  await visit.page.getByRole("checkbox", { name: `Include ${first?.name ?? ""}`, exact: true }).press("Space");
  await bar().getByText(`Photos with ${first?.name ?? ""}; at least 55%`).first().waitFor();
  await inspect(visit.page, "labels-cards");
});

test("counts on while photos are being labelled, without a reload", async () => {
  await visit.open("/labels");
  await expect.poll(rows).toEqual(plain((await labels()).slice(0, 100)));
  await visit.page.evaluate(() => {
    (window as unknown as { untouched: boolean }).untouched = true;
  });
  const before = await labels();
  await fillLibrary(visit.page, photographs().slice(6, 9));
  const after = await labels();
  expect(plain(after), "the new photographs show something").not.toEqual(plain(before));
  await expect.poll(rows, { timeout: 60_000 }).toEqual(plain(after.slice(0, 100)));
  expect(await visit.page.evaluate(() => "untouched" in window)).toBe(true);
});

test("names the request that failed, and tries again", async () => {
  await visit.page.route("**/graphql", (route) =>
    (route.request().postData() ?? "").includes("query Labels")
      ? route.fulfill({ json: { data: null, errors: [{ message: "something broke", extensions: { code: "INTERNAL", requestId: "01TESTREQUEST" } }] } })
      : route.continue(),
  );
  await visit.open("/labels");
  await visit.page.getByText("01TESTREQUEST").waitFor();
  await inspect(visit.page, "labels-failed");
  await visit.page.unroute("**/graphql");
  await visit.page.getByRole("button", { name: "Try again" }).press("Enter");
  await expect.poll(rows).toEqual(plain((await labels()).slice(0, 100)));
});

test("shows where labels will be until they come", async () => {
  let answer: (() => void) | undefined;
  const wait = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await visit.page.route("**/graphql", async (route) => {
    await wait;
    await route.continue();
  });
  await visit.open("/labels");
  await visit.page.getByRole("heading", { level: 1, name: "Labels" }).waitFor();
  await inspect(visit.page, "labels-loading");
  answer?.();
  await expect.poll(async () => (await rows()).length).toBeGreaterThan(0);
  await visit.page.unroute("**/graphql");
});

test("sums up what there is on the first page", async () => {
  await visit.open("/");
  await visit.page.getByRole("heading", { level: 1, name: "Your photos" }).waitFor();
  const { me } = await ask<{ me: { photoCount: number } }>(visit.page, "{ me { photoCount } }");
  const top = await labels();
  await visit.page.getByRole("link", { name: String(me.photoCount), exact: true }).waitFor();
  for (const { name } of top.slice(0, 8)) {
    await visit.page.getByRole("link", { name, exact: true }).waitFor();
  }
  await inspect(visit.page, "home");
});

test("broke no rule on the way", () => {
  expect(visit.offences).toEqual({ foreign: [], policy: [], console: [] });
});
