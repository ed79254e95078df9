import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import type { ReactNode } from "react";

import type { Role } from "../photos/selection";

interface LabelRoleProps {
  readonly label: string;
  readonly role: Role;
  readonly onRole: (role: Role | undefined) => void;
}

const roles = [
  { id: "any", text: "Include: any of these" },
  { id: "all", text: "Include: all of these" },
  { id: "none", text: "Leave out" },
] as const satisfies readonly { id: Role; text: string }[];

/** How the button names the role, before the label. */
const marks: Record<Role, string> = { any: "any: ", all: "all: ", none: "not: " };

/** A label of the selection: a menu of what it does there. */
export function LabelRole({ label, role, onRole }: LabelRoleProps): ReactNode {
  return (
    <ButtonDropdown
      expandToViewport
      items={[...roles.map(({ id, text }) => ({ id, text, itemType: "checkbox" as const, checked: id === role })), { id: "remove", text: "Remove" }]}
      onItemClick={({ detail }) => {
        onRole(roles.find(({ id }) => id === detail.id)?.id);
      }}
    >
      {marks[role]}
      {label}
    </ButtonDropdown>
  );
}
