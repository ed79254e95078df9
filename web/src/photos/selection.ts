import { formatConfidence } from "../format/format";

/** A selection of labels, as the API's LabelMatch takes it. */
export interface Selection {
  readonly any: string[];
  readonly all: string[];
  readonly none: string[];
  /** 50 to 95 in steps of 5. */
  readonly minConfidence: number;
}

/** What a label does in a selection: photos show at least one of `any`, each of `all`, and none of `none`. */
export type Role = "any" | "all" | "none";

/** The API's own threshold. */
export const defaultConfidence = 55;

/** The thresholds that the API knows, in percent. */
export const confidences: readonly number[] = Array.from({ length: 10 }, (_, step) => 50 + 5 * step);

/** How many names a selection may hold in all: the API refuses more. */
export const maxNames = 20;

const sets = ["any", "all", "none"] as const satisfies readonly Role[];

/** Reads a selection from an address: `?any=Dog&any=Cat&none=Person&confidence=80`. What makes no sense is left out. */
export function matchOf(parameters: URLSearchParams): Selection {
  const confidence = Number(parameters.get("confidence") ?? defaultConfidence);
  const [any, all, none] = sets.map((name) => [...new Set(parameters.getAll(name))].filter((label) => label !== ""));
  return { any: any ?? [], all: all ?? [], none: none ?? [], minConfidence: confidences.includes(confidence) ? confidence : defaultConfidence };
}

/** Writes a selection as the part of an address behind the question mark; the same selection always gives the same. */
export function searchOf(selection: Selection): string {
  return putInto(new URLSearchParams(), selection).toString();
}

/** The parameters of an address with another selection in them; what else they say stays. */
export function putInto(parameters: URLSearchParams, selection: Selection): URLSearchParams {
  const others = [...parameters].filter(([name]) => name !== "confidence" && !sets.some((set) => set === name));
  const put = new URLSearchParams([...others, ...sets.flatMap((name) => selection[name].map((label) => [name, label]))]);
  if (selection.minConfidence !== defaultConfidence) {
    put.set("confidence", String(selection.minConfidence));
  }
  return put;
}

/** A page's address with a selection in it. */
export function addressOf(path: string, selection: Selection): string {
  const search = searchOf(selection);
  return search === "" ? path : `${path}?${search}`;
}

/** Says whether the API takes the selection, as far as its labels go: it must include one. */
export function hasLabels({ any, all }: Selection): boolean {
  return any.length + all.length > 0;
}

/** How many names the selection holds; the API counts one that stands in two sets twice. */
export function countNames({ any, all, none }: Selection): number {
  return any.length + all.length + none.length;
}

/** Says whether the API takes the selection. */
export function isComplete(selection: Selection): boolean {
  return hasLabels(selection) && countNames(selection) <= maxNames;
}

/** What a label does in the selection; undefined where it is not in it. */
export function roleOf(selection: Selection, label: string): Role | undefined {
  return sets.find((name) => selection[name].includes(label));
}

/** The labels of a selection and what they do, in a fixed order. */
export function rolesOf(selection: Selection): { label: string; role: Role }[] {
  return sets.flatMap((role) => selection[role].map((label) => ({ label, role })));
}

/** The selection with a label in another role, or without it. A label has one role, and what is over maxNames stays out. */
export function withRole(selection: Selection, label: string, role: Role | undefined): Selection {
  if (roleOf(selection, label) === role) {
    return selection;
  }
  const [any, all, none] = sets.map((name) => selection[name].filter((other) => other !== label));
  const without: Selection = { any: any ?? [], all: all ?? [], none: none ?? [], minConfidence: selection.minConfidence };
  if (role === undefined) {
    return without;
  }
  return countNames(without) >= maxNames ? selection : { ...without, [role]: [...without[role], label] };
}

/** The selection in words: `any of Dog, Cat; not Person; at least 55%`. */
export function wordsOf(selection: Selection): string {
  const { any, all, none, minConfidence } = selection;
  return [
    listed("any of", any),
    listed("all of", all),
    none.length > 0 ? `not ${none.join(", ")}` : "",
    `at least ${formatConfidence(minConfidence)}`,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function listed(introduction: string, labels: readonly string[]): string {
  return labels.length > 1 ? `${introduction} ${labels.join(", ")}` : labels.join();
}
