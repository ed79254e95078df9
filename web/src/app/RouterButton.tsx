import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import type { ReactNode } from "react";

import { useFollow } from "./follow";

/** A button that leads to a page of this application, without loading it anew. */
export function RouterButton(props: ButtonProps & { href: string }): ReactNode {
  const follow = useFollow();
  return <Button {...props} onFollow={follow} />;
}
