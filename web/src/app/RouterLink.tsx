import Link, { type LinkProps } from "@cloudscape-design/components/link";
import type { ReactNode } from "react";

import { useFollow } from "./follow";

/** A link to a page of this application, which does not load it anew. */
export function RouterLink(props: LinkProps & { href: string }): ReactNode {
  const follow = useFollow();
  return <Link {...props} onFollow={follow} />;
}
