import Box from "@cloudscape-design/components/box";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { use, useRef, type ReactNode } from "react";
import { useNavigate } from "react-router";

import { DropArea } from "../uploads/DropArea";
import { UploadsContext } from "../uploads/UploadsContext";

const steps = [
  {
    title: "1. Upload",
    text: "Drop your photos above, or choose them. They go straight into your store, several at a time, and you can use the other pages meanwhile.",
  },
  {
    title: "2. Pick labels",
    text: "PAM looks at each photo, says what it shows and counts it: Dog 12, Beach 40. Tick the labels you want, and those to leave out.",
  },
  {
    title: "3. Download",
    text: "Get every photo of your selection in one zip. It is packed in the background, PAM tells you when it is ready, and it can be downloaded for 24 hours.",
  },
];

/** Tells a person who has no photos yet what to do, and what will happen; it can be done right here. */
export function FirstRun(): ReactNode {
  const uploads = use(UploadsContext);
  const navigate = useNavigate();
  const gone = useRef(false);
  return (
    <SpaceBetween size="l">
      {uploads && (
        <DropArea
          onFiles={(files) => {
            uploads.uploader.add(files);
            // A large folder comes in portions; the person may have gone on meanwhile.
            if (files.length > 0 && !gone.current) {
              gone.current = true;
              void navigate("/uploads");
            }
          }}
        />
      )}
      <Container header={<Header variant="h2">What happens then</Header>}>
        <ColumnLayout columns={3} variant="text-grid">
          {steps.map(({ title, text }) => (
            <div key={title}>
              <Box variant="h3" padding={{ bottom: "xxs", top: "n" }}>
                {title}
              </Box>
              <Box color="text-body-secondary">{text}</Box>
            </div>
          ))}
        </ColumnLayout>
      </Container>
    </SpaceBetween>
  );
}
