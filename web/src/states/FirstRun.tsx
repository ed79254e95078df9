import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";

const steps = [
  { title: "1. Upload", text: "Choose photos, or drop a whole folder: JPEG or PNG, up to 15 MB each." },
  { title: "2. Pick labels", text: "PAM says what each photo shows and counts it. Choose what to include and what to leave out." },
  { title: "3. Download", text: "Get every photo of your selection in one zip. PAM tells you when it is ready." },
];

/** Tells a person who has no photos yet what to do. */
export function FirstRun(): ReactNode {
  return (
    <Container>
      <SpaceBetween size="l">
        <ColumnLayout columns={3} variant="text-grid">
          {steps.map(({ title, text }) => (
            <div key={title}>
              <Box variant="h2" padding={{ bottom: "xs" }}>
                {title}
              </Box>
              <Box color="text-body-secondary">{text}</Box>
            </div>
          ))}
        </ColumnLayout>
        <RouterButton variant="primary" href="/uploads" iconName="upload">
          Upload your first photos
        </RouterButton>
      </SpaceBetween>
    </Container>
  );
}
