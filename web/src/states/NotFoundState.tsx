import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";

import { EmptyState } from "./EmptyState";

interface NotFoundStateProps {
  readonly title?: string;
  readonly children?: ReactNode;
}

/** Says that nothing of the person's is at this address. */
export function NotFoundState({ title = "There is nothing here", children }: NotFoundStateProps): ReactNode {
  return (
    <EmptyState title={title} action={<RouterButton href="/labels">Go to your labels</RouterButton>}>
      {children ?? "The address may be mistyped, or what was here is gone."}
    </EmptyState>
  );
}
