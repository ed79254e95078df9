import { useEffect } from "react";

/** The product's name, at the end of each title. */
const product = "PAM";

/** What the pages and the notices want in the title; the window shows both. */
const wanted = { page: product, mark: "" };

function show(): void {
  document.title = wanted.mark + wanted.page;
}

/** Titles the window after the page that it shows, as long as the component is mounted. */
export function useDocumentTitle(title: string): void {
  useEffect(() => {
    wanted.page = title === product ? product : `${title} - ${product}`;
    show();
  }, [title]);
}

/**
 * Puts a mark before the window's title, such as `(1) `, so that a person sees in the row of tabs that something has
 * happened; an empty one takes it away.
 */
export function markTitle(mark: string): void {
  wanted.mark = mark;
  show();
}
