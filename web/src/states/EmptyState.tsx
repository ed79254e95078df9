import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

interface EmptyStateProps {
  readonly title: string;
  /** What would be here, and how it comes to be. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Says that there is nothing, and what to do about it. It fits the `empty` slots of tables and cards, too. */
export function EmptyState({ title, children, action }: EmptyStateProps): ReactNode {
  return (
    <Box textAlign="center" padding={{ vertical: "l" }}>
      <SpaceBetween size="s">
        <div>
          <Box variant="strong" display="block">
            {title}
          </Box>
          {children !== undefined && (
            <Box variant="p" color="text-body-secondary">
              {children}
            </Box>
          )}
        </div>
        {action}
      </SpaceBetween>
    </Box>
  );
}
