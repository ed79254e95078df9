import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, use, type ReactNode } from "react";

/** A message at the top of every page. One with the id of another replaces it. */
export interface Flash {
  readonly id: string;
  readonly type: FlashbarProps.Type;
  readonly header?: ReactNode;
  readonly content?: ReactNode;
  readonly action?: ReactNode;
  readonly loading?: boolean;
  /** False where the person must not close it; true where nothing is said. */
  readonly dismissible?: boolean;
  /** Called when the person closes it. */
  readonly onDismiss?: () => void;
}

/** Shows and removes messages. Both functions stay the same, so effects may depend on them. */
export interface Flashes {
  readonly show: (flash: Flash) => void;
  readonly dismiss: (id: string) => void;
}

export const FlashContext = createContext<Flashes | undefined>(undefined);

/** The messages at the top of the page, to add to and remove from. */
export function useFlashes(): Flashes {
  const flashes = use(FlashContext);
  if (flashes === undefined) {
    throw new Error("useFlashes is called outside FlashProvider");
  }
  return flashes;
}

export const FlashItemsContext = createContext<readonly Flash[]>([]);
