import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";
import { formatCount } from "../format/format";

import { UploadList } from "./UploadList";
import { useUploader, useUploadSummary } from "./UploadsContext";
import { bytesText, countText, headline, outcomeText, percentOf, remainingText } from "./wording";

/** How the uploads of this window stand, what can be done about them, and the files. */
export function UploadProgress(): ReactNode {
  const uploader = useUploader();
  const summary = useUploadSummary();
  const { counts, holds, total, unfinished } = summary;
  if (total === 0) {
    return null;
  }
  const paused = holds.has("paused");
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {unfinished > 0 && (
                <Button
                  iconName={paused ? "play" : "pause"}
                  onClick={() => {
                    if (paused) {
                      uploader.release("paused");
                    } else {
                      uploader.hold("paused");
                    }
                  }}
                >
                  {paused ? "Resume" : "Pause"}
                </Button>
              )}
              {unfinished > 0 && <Button onClick={() => void uploader.cancel()}>Cancel</Button>}
              {counts.failed > 0 && (
                <Button
                  iconName="refresh"
                  onClick={() => {
                    uploader.retry();
                  }}
                >
                  {`Retry failed (${formatCount(counts.failed)})`}
                </Button>
              )}
              {unfinished === 0 && (
                <Button
                  onClick={() => {
                    uploader.clear();
                  }}
                >
                  Clear the list
                </Button>
              )}
            </SpaceBetween>
          }
        >
          {headline(summary)}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {unfinished > 0 ? (
          <ProgressBar
            value={percentOf(summary)}
            label={countText(summary)}
            description={[bytesText(summary), remainingText(summary)].filter((text) => text !== undefined).join(", ")}
            additionalInfo={outcomeText(summary)}
          />
        ) : (
          <Alert
            type={counts.failed > 0 ? "error" : counts.refused + counts.cancelled > 0 ? "warning" : "success"}
            header={outcomeText(summary)}
            action={
              <SpaceBetween direction="horizontal" size="xs">
                <RouterButton href="/labels">See labels</RouterButton>
                <RouterButton href="/photos">See photos</RouterButton>
              </SpaceBetween>
            }
          >
            {counts.failed > 0 && "What failed can be tried again. "}
            {counts.uploaded > 0 ? "PAM labels what has arrived; labels appear as it goes on." : "Nothing new was uploaded."}
          </Alert>
        )}
        <UploadList />
      </SpaceBetween>
    </Container>
  );
}
