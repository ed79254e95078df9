import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";
import { addressOf, countNames, hasLabels, isComplete, maxNames, rolesOf, wordsOf, type Selection } from "../photos/selection";

import type { RoleChange } from "./labelColumns";
import { LabelRole } from "./LabelRole";
import styles from "./SelectionBar.module.css";
import { SelectionPreview } from "./SelectionPreview";

interface SelectionBarProps {
  readonly selection: Selection;
  readonly onRoles: (changes: readonly RoleChange[]) => void;
  /** Changes when counts have: the preview is out of date then. */
  readonly version: number;
}

/** What is selected, in words; what that comes to; and what can be done with it. */
export function SelectionBar({ selection, onRoles, version }: SelectionBarProps): ReactNode {
  const roles = rolesOf(selection);
  const complete = isComplete(selection);
  return (
    <section className={styles.bar} aria-label="Selection">
      <div className={styles.what}>
        <LiveRegion>
          <Box variant="span" fontWeight="bold">
            {titleOf(selection)}
          </Box>
          {countNames(selection) >= maxNames && (
            <Box variant="span" color="text-status-warning">
              {" "}
              {countNames(selection) > maxNames
                ? `These are ${countNames(selection)} labels; a selection may have ${maxNames}. Take some out.`
                : `${maxNames} labels are the most that a selection may have.`}
            </Box>
          )}
        </LiveRegion>
        {complete && <SelectionPreview selection={selection} version={version} />}
        {roles.length > 0 && (
          <ul className={styles.labels} aria-label="Selected labels">
            {roles.map(({ label, role }) => (
              <li key={label + role}>
                <LabelRole
                  label={label}
                  role={role}
                  onRole={(next) => {
                    onRoles([{ label, role: next }]);
                  }}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
      {roles.length > 0 && (
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          variant="link"
          onClick={() => {
            onRoles(roles.map(({ label }) => ({ label, role: undefined })));
          }}
        >
          Clear
        </Button>
        {complete && <RouterButton href={addressOf("/photos", selection)}>Show photos</RouterButton>}
        {complete && (
          <RouterButton variant="primary" href={addressOf("/archives/new", selection)}>
            Make an archive
          </RouterButton>
        )}
      </SpaceBetween>
      )}
    </section>
  );
}

function titleOf(selection: Selection): string {
  if (countNames(selection) === 0) {
    return "Tick labels to select the photos that show them.";
  }
  return hasLabels(selection) ? `Photos with ${wordsOf(selection)}` : "Include a label, too: leaving out alone selects nothing.";
}
