import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import type { ReactNode } from "react";

import { useOnline } from "../api/online";
import { problemOf } from "../api/problem";

interface ErrorStateProps {
  /** What the page could not do: `The labels could not be loaded`. */
  readonly title: string;
  /** What was thrown; problemOf makes sense of it. */
  readonly error: unknown;
  /** Tries again; there is no button without it. */
  readonly onRetry?: () => void;
}

/** Says what went wrong, with the request's id for whoever looks into the log, and offers to try again. */
export function ErrorState({ title, error, onRetry }: ErrorStateProps): ReactNode {
  const problem = problemOf(error);
  const online = useOnline();
  return (
    <Alert
      type="error"
      header={title}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      {online ? problem.message : "You are offline. This page goes on when the network is back."}
      {problem.requestId !== undefined && (
        <Box margin={{ top: "xs" }} fontSize="body-s">
          Request{" "}
          <CopyToClipboard
            variant="inline"
            textToCopy={problem.requestId}
            copyButtonAriaLabel="Copy the request id"
            copySuccessText="Copied"
            copyErrorText="Could not copy"
          />
        </Box>
      )}
    </Alert>
  );
}
