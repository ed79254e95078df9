import { useEffect, useEffectEvent } from "react";

/** What in a page needs keys for itself. */
const busy = "input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox], [role=radiogroup], [role=slider], [role=grid]";

/**
 * Does something at keys, wherever on the page the focus is, except where it is in something that needs keys itself, or
 * a dialog is open.
 */
export function usePageKeys(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = actions[event.key];
    const inUse = event.target instanceof Element && event.target.closest(busy) !== null;
    const modified = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (action === undefined || inUse || modified || event.defaultPrevented || hasDialog()) {
      return;
    }
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      onKey(event);
    };
    document.addEventListener("keydown", listener);
    return () => {
      document.removeEventListener("keydown", listener);
    };
  }, []);
}

function hasDialog(): boolean {
  return document.querySelector("[role=dialog][aria-modal=true]") !== null;
}
