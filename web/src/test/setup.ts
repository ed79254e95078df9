import "@testing-library/jest-dom/vitest";

import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";

// Tests of pure code run without a document.
if (typeof document !== "undefined") {
  afterEach(cleanup);
  // What a page comes to, it comes to late on a computer that is busy; waiting ends as soon as it has.
  configure({ asyncUtilTimeout: 10_000 });
  // jsdom has no layout, and says so to whoever asks.
  window.matchMedia = (query: string) => Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList;
  window.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
}
