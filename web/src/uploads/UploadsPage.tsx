import SpaceBetween from "@cloudscape-design/components/space-between";
import { use, type ReactNode } from "react";

import { Page } from "../app/Page";
import { LoadingState } from "../states/LoadingState";

import { DropArea } from "./DropArea";
import { OnTheirWay } from "./OnTheirWay";
import { UploadProgress } from "./UploadProgress";
import { UploadsContext, useUploader, useUploadSummary } from "./UploadsContext";

/** Where photos are uploaded, and what has become of those that were. */
export function UploadsPage(): ReactNode {
  const uploads = use(UploadsContext);
  return (
    <Page title="Uploads" description="Uploads go on while you look at other pages.">
      {uploads === undefined ? <LoadingState label="Loading the page" /> : <Content />}
    </Page>
  );
}

function Content(): ReactNode {
  const uploader = useUploader();
  const { total } = useUploadSummary();
  return (
    <SpaceBetween size="l">
      <DropArea
        compact={total > 0}
        onFiles={(files) => {
          uploader.add(files);
        }}
      />
      <UploadProgress />
      <OnTheirWay />
    </SpaceBetween>
  );
}
