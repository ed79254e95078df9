import { createContext, use } from "react";

import type { Theme } from "./theme";

/** The theme and a way to choose another. App provides it. */
export const ThemeContext = createContext<[Theme, (theme: Theme) => void] | undefined>(undefined);

/** The theme and a way to choose another. */
export function useThemeChoice(): [Theme, (theme: Theme) => void] {
  const choice = use(ThemeContext);
  if (choice === undefined) {
    throw new Error("useThemeChoice is called outside ThemeContext");
  }
  return choice;
}
