/**
 * Small things that a browser remembers for a person over tabs and restarts: nothing secret, and nothing that is missed
 * when storage is switched off or full.
 */
export interface BrowserStore<Value> {
  /** What is kept for a person; undefined where nothing is, or nothing that makes sense. The same object until it changes. */
  readonly read: (owner: string) => Value | undefined;
  readonly write: (owner: string, value: Value) => void;
  /** Calls the listener after each change, in this tab or another, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** @param is checks what was kept: another version of these pages may have written it. */
export function browserStore<Value>(name: string, is: (value: unknown) => value is Value): BrowserStore<Value> {
  const listeners = new Set<() => void>();
  const parsed = new Map<string, { text: string; value: Value | undefined }>();
  const keyOf = (owner: string) => `pam.${name}.${owner}`;
  return {
    read(owner) {
      const text = textAt(keyOf(owner));
      if (text === null) {
        return undefined;
      }
      const known = parsed.get(owner);
      if (known?.text === text) {
        return known.value;
      }
      const value = parse(text);
      const valid = is(value) ? value : undefined;
      parsed.set(owner, { text, value: valid });
      return valid;
    },
    write(owner, value) {
      try {
        localStorage.setItem(keyOf(owner), JSON.stringify(value));
      } catch {
        return;
      }
      for (const listener of listeners) {
        listener();
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      window.addEventListener("storage", listener);
      return () => {
        listeners.delete(listener);
        window.removeEventListener("storage", listener);
      };
    },
  };
}

function textAt(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
