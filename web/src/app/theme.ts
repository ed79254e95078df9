import { applyMode, disableMotion, Mode } from "@cloudscape-design/global-styles";
import { useEffect, useState, useSyncExternalStore } from "react";

/** What a person may choose; `system` follows the computer. */
export type Theme = "system" | "light" | "dark";

const storageKey = "pam:theme";
const darkQuery = "(prefers-color-scheme: dark)";
const stillQuery = "(prefers-reduced-motion: reduce)";

/** The theme that was chosen in this browser. */
function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    // Some browsers forbid storage to some pages; the choice lasts as long as the page then.
    return "system";
  }
}

function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // See storedTheme.
  }
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", listener);
      return () => {
        media.removeEventListener("change", listener);
      };
    },
    () => window.matchMedia(query).matches,
  );
}

/** The theme, applied to the whole window, and a way to choose another; motion follows the computer's setting. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  const systemDark = useMedia(darkQuery);
  const still = useMedia(stillQuery);
  const dark = theme === "dark" || (theme === "system" && systemDark);
  useEffect(() => {
    applyMode(dark ? Mode.Dark : Mode.Light);
    // For what is not Cloudscape's: its own class covers the body alone.
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);
  useEffect(() => {
    disableMotion(still);
  }, [still]);
  const choose = (next: Theme) => {
    storeTheme(next);
    setTheme(next);
  };
  return [theme, choose];
}
