import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

import { useTheme } from "./theme";

/** Stands in for the application when it has nothing to start with. */
export function StartFailure({ message }: { message: string }): ReactNode {
  useTheme();
  return (
    <Box padding="xxl">
      <main>
        <Box variant="h1" padding={{ bottom: "m" }}>
          PAM
        </Box>
        <Alert
          type="error"
          header="PAM could not start"
          action={
            <Button
              onClick={() => {
                window.location.reload();
              }}
            >
              Try again
            </Button>
          }
        >
          {message}
        </Alert>
      </main>
    </Box>
  );
}
