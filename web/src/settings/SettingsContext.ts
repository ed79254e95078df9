import { createContext, use } from "react";

import type { Settings } from "./settings";

/** The settings of this deployment. App provides them. */
export const SettingsContext = createContext<Settings | undefined>(undefined);

/** The settings of this deployment. */
export function useSettings(): Settings {
  const settings = use(SettingsContext);
  if (settings === undefined) {
    throw new Error("useSettings is called outside SettingsContext");
  }
  return settings;
}
