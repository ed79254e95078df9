import { useEffect, useRef, type RefObject } from "react";

/**
 * Gives the focus to a photo's tile as soon as the grid has it, so that a person who comes back, or has deleted
 * something, goes on where they were. It does so once for each id.
 */
export function useFocusOn(grid: RefObject<HTMLElement | null>, id: string | undefined): void {
  const done = useRef<string>(undefined);
  useEffect(() => {
    const tile = id === undefined || id === done.current ? null : grid.current?.querySelector(`[data-id="${CSS.escape(id)}"] a`);
    if (!(tile instanceof HTMLElement)) {
      return;
    }
    done.current = id;
    // After the page's own scrolling to the top, and after a closing dialog has given the focus back.
    const frame = requestAnimationFrame(() => {
      tile.scrollIntoView({ block: "center" });
      tile.focus({ preventScroll: true });
    });
    return () => {
      cancelAnimationFrame(frame);
      done.current = undefined;
    };
  }, [grid, id]);
}
