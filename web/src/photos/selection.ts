/** A selection of labels, as the API's LabelMatch takes it. */
export interface Selection {
  readonly any: string[];
  readonly all: string[];
  readonly none: string[];
  /** 50 to 95 in steps of 5. */
  readonly minConfidence: number;
}

/** The API's own threshold. */
export const defaultConfidence = 55;

const sets = ["any", "all", "none"] as const;

/** Reads a selection from an address: `?any=Dog&any=Cat&none=Person&confidence=80`. What makes no sense is left out. */
export function matchOf(parameters: URLSearchParams): Selection {
  const confidence = Number(parameters.get("confidence") ?? defaultConfidence);
  const valid = confidence >= 50 && confidence <= 95 && confidence % 5 === 0;
  const [any, all, none] = sets.map((name) => [...new Set(parameters.getAll(name))].filter((label) => label !== ""));
  return { any: any ?? [], all: all ?? [], none: none ?? [], minConfidence: valid ? confidence : defaultConfidence };
}

/** Writes a selection as the part of an address behind the question mark; the same selection always gives the same. */
export function searchOf(selection: Selection): string {
  const parameters = new URLSearchParams(sets.flatMap((name) => selection[name].map((label) => [name, label])));
  if (selection.minConfidence !== defaultConfidence) {
    parameters.set("confidence", String(selection.minConfidence));
  }
  return parameters.toString();
}

/** Says whether the API takes the selection: it must include a label. */
export function hasLabels({ any, all }: Selection): boolean {
  return any.length + all.length > 0;
}
