import { useMemo, useState, type ReactNode } from "react";

import { FlashContext, FlashItemsContext, type Flash, type Flashes } from "./FlashContext";

/** Keeps the messages at the top of the page, whatever route is open. */
export function FlashProvider({ children }: { children: ReactNode }): ReactNode {
  const [items, setItems] = useState<readonly Flash[]>([]);
  const flashes = useMemo<Flashes>(
    () => ({
      show: (flash) => {
        setItems((before) =>
          before.some(({ id }) => id === flash.id) ? before.map((item) => (item.id === flash.id ? flash : item)) : [flash, ...before],
        );
      },
      dismiss: (id) => {
        setItems((before) => before.filter((item) => item.id !== id));
      },
    }),
    [],
  );
  return (
    <FlashContext value={flashes}>
      <FlashItemsContext value={items}>{children}</FlashItemsContext>
    </FlashContext>
  );
}
