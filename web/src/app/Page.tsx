import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import type { ReactNode } from "react";

import { useDocumentTitle } from "../notifications/documentTitle";

interface PageProps {
  /** The page's heading, and the window's title. */
  readonly title: string;
  /** A number beside the heading, such as `(12)`. */
  readonly counter?: string | undefined;
  readonly description?: ReactNode;
  /** Buttons on the right of the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page: its heading, what can be done, and its content. */
export function Page({ title, counter, description, actions, children }: PageProps): ReactNode {
  useDocumentTitle(title);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description} actions={actions} {...(counter === undefined ? {} : { counter })}>
          {title}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
