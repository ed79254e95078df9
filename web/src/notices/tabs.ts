/** The part of a BroadcastChannel that is used. */
export type Channel = Pick<BroadcastChannel, "postMessage" | "addEventListener" | "removeEventListener" | "close">;

/** What tabs say to each other of a notice. */
interface Message {
  /** `ask`: does anybody tell of it? `mine`: this tab does, or has. */
  readonly what: "ask" | "mine";
  readonly id: string;
}

/** How long a tab that nobody looks at waits for the answers of the others, in milliseconds. */
const patience = 400;

/**
 * Has each notice told once, however many tabs are open: by the one that the person looks at, or else by the first that
 * learns of it. Where the browser has no channel between tabs, each tab tells.
 */
export class Tabs {
  readonly #taken = new Set<string>();
  readonly #channel: Channel | undefined;
  readonly #isVisible: () => boolean;
  readonly #hear = ({ data }: MessageEvent<unknown>): void => {
    if (!isMessage(data)) {
      return;
    }
    if (data.what === "mine") {
      this.#taken.add(data.id);
    } else if (this.#isVisible()) {
      this.#say("mine", data.id);
    }
  };

  constructor(channel: Channel | undefined, isVisible: () => boolean) {
    this.#channel = channel;
    this.#isVisible = isVisible;
    channel?.addEventListener("message", this.#hear);
  }

  /** Says whether this tab is the one to tell of a notice. Each notice is asked for once. */
  async claim(id: string): Promise<boolean> {
    if (this.#channel !== undefined && !this.#isVisible() && !this.#taken.has(id)) {
      this.#say("ask", id);
      await new Promise((resolve) => setTimeout(resolve, patience));
    }
    if (this.#taken.has(id)) {
      return false;
    }
    this.#say("mine", id);
    return true;
  }

  /** Stops listening to the other tabs. */
  close(): void {
    this.#channel?.removeEventListener("message", this.#hear);
    this.#channel?.close();
  }

  #say(what: Message["what"], id: string): void {
    const message: Message = { what, id };
    this.#channel?.postMessage(message);
  }
}

/** The channel between the tabs of these pages. */
export function openChannel(): Channel | undefined {
  return "BroadcastChannel" in window ? new BroadcastChannel("pam.notices") : undefined;
}

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && "what" in data && (data.what === "ask" || data.what === "mine") && "id" in data && typeof data.id === "string";
}
