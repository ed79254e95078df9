import { formatCount } from "../format/format";

/** What is counted, as far as the watch looks. */
export interface Counted {
  readonly id: string;
  readonly name: string;
  readonly count: number;
}

/** What the page shows of counts that have changed. */
export interface Changes {
  /** The ids of labels whose counts have changed a moment ago. */
  readonly marked: ReadonlySet<string>;
  /** For those who do not see the marks; it changes at most every 10 seconds. */
  readonly message: string;
}

/** How long a row stays marked, and how much time lies between two messages at least, in milliseconds. */
const markTime = 3000;
const messagePause = 10_000;
/** How many labels a message names. */
const named = 3;

const none: Changes = { marked: new Set(), message: "" };

/** Compares the counts of a list with those before, and says for a while which have changed. It is a store for React. */
export class CountWatch {
  #list = "";
  #counts = new Map<string, number>();
  #changes = none;
  #untold = new Map<string, Counted>();
  #telling: ReturnType<typeof setTimeout> | undefined;
  readonly #unmarking = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly changes = (): Changes => this.#changes;

  /**
   * Takes the labels that the page shows now.
   * @param list tells one list from another (its search and threshold): what comes first in another has not changed.
   */
  observe(list: string, labels: readonly Counted[]): void {
    const begun = list !== this.#list || this.#counts.size === 0;
    const changed = begun ? [] : labels.filter(({ id, count }) => this.#counts.get(id) !== undefined && this.#counts.get(id) !== count);
    // A page further down adds to the list and changes nothing; a label that is new says so by its place alone.
    this.#list = list;
    this.#counts = new Map(labels.map(({ id, count }) => [id, count]));
    if (changed.length > 0) {
      this.#mark(changed);
      this.#tell(changed);
    }
  }

  /** Forgets what is still to be said. */
  stop(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#untold.clear();
    for (const timer of this.#unmarking.values()) {
      clearTimeout(timer);
    }
    this.#unmarking.clear();
    this.#changes = none;
  }

  #mark(labels: readonly Counted[]): void {
    for (const { id } of labels) {
      clearTimeout(this.#unmarking.get(id));
      const unmark = () => {
        this.#unmarking.delete(id);
        this.#publish({ ...this.#changes, marked: new Set(this.#unmarking.keys()) });
      };
      this.#unmarking.set(id, setTimeout(unmark, markTime));
    }
    this.#publish({ ...this.#changes, marked: new Set(this.#unmarking.keys()) });
  }

  #tell(labels: readonly Counted[]): void {
    for (const label of labels) {
      this.#untold.set(label.id, label);
    }
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#publish({ ...this.#changes, message: messageOf([...this.#untold.values()]) });
      this.#untold.clear();
    }, messagePause);
  }

  #publish(changes: Changes): void {
    this.#changes = changes;
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

function messageOf(labels: readonly Counted[]): string {
  const shown = labels.slice(0, named).map(({ name, count }) => `${name} ${formatCount(count)}`);
  const others = labels.length - shown.length;
  return `Counts have changed: ${shown.join(", ")}${others > 0 ? ` and ${formatCount(others)} more` : ""}.`;
}
