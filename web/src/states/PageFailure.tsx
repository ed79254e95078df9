import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

/** Stands in for a page that has failed. */
export function PageFailure({ error }: { error: unknown }): ReactNode {
  return (
    <Alert
      type="error"
      header="This page has failed"
      action={
        <Button
          onClick={() => {
            window.location.reload();
          }}
        >
          Load it again
        </Button>
      }
    >
      {isMissingCode(error)
        ? "PAM was updated since you opened it, or the network broke off."
        : `It is a mistake in PAM, not yours: ${error instanceof Error ? error.message : String(error)}`}
    </Alert>
  );
}

/** A part of the program that could not be fetched; browsers word it differently. */
function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script failed|preload CSS/i.test(error.message);
}
