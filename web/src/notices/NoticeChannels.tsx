import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { ReactNode } from "react";

import { BrowserSwitch } from "./BrowserSwitch";
import { EmailSwitch } from "./EmailSwitch";

/** The ways to be told when an archive is ready, beside these pages. */
export function NoticeChannels(): ReactNode {
  return (
    <Container header={<Header variant="h2">Be told when it is done</Header>}>
      <ColumnLayout columns={2} variant="text-grid">
        <EmailSwitch />
        <BrowserSwitch />
      </ColumnLayout>
    </Container>
  );
}
