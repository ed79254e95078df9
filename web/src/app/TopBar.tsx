import TopNavigation from "@cloudscape-design/components/top-navigation";
import type { ReactNode } from "react";

import { useSession, useSessionState } from "../signin/SessionContext";
import { useLeave } from "../uploads/UploadsContext";

import { useFollow } from "./follow";
import icon from "./icon.svg";
import { useThemeChoice } from "./ThemeContext";
import type { Theme } from "./theme";

const themes: readonly { id: Theme; text: string }[] = [
  { id: "system", text: "As the computer" },
  { id: "light", text: "Light" },
  { id: "dark", text: "Dark" },
];

/** The bar across the top: the way home, the theme, and the person who is signed in. */
export function TopBar(): ReactNode {
  const session = useSession();
  const state = useSessionState();
  const follow = useFollow();
  const leave = useLeave();
  const [theme, choose] = useThemeChoice();
  const person = state.status === "signedIn" ? state.person : state.status === "signedOut" ? state.lapsed : undefined;
  return (
    <div id="top">
      <TopNavigation
        identity={{ href: "/", title: "PAM", logo: { src: icon, alt: "Home of" }, onFollow: follow }}
        utilities={[
          {
            type: "menu-dropdown",
            iconName: "settings",
            ariaLabel: "Appearance",
            title: "Appearance",
            items: themes.map(({ id, text }) => ({ id, text, itemType: "checkbox", checked: id === theme })),
            onItemClick: ({ detail }) => {
              const chosen = themes.find(({ id }) => id === detail.id);
              if (chosen !== undefined) {
                choose(chosen.id);
              }
            },
          },
          {
            type: "menu-dropdown",
            iconName: "user-profile",
            text: person?.name ?? "",
            ariaLabel: `Account of ${person?.name ?? "nobody"}`,
            items: [
              { id: "explorer", text: "API explorer", href: "/graphiql", external: true, externalIconAriaLabel: "(opens in a new tab)" },
              { id: "signout", text: "Sign out" },
            ],
            onItemClick: ({ detail }) => {
              if (detail.id === "signout") {
                leave(() => void session.signOut());
              }
            },
          },
        ]}
        i18nStrings={{ overflowMenuTriggerText: "More", overflowMenuTitleText: "Everything" }}
      />
    </div>
  );
}
