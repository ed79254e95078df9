import { useQuery } from "@apollo/client/react";
import { type ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { graphql } from "../gql";
import { usePolling } from "../photos/usePolling";
import { ErrorState } from "../states/ErrorState";
import { FirstRun } from "../states/FirstRun";
import { LoadingState } from "../states/LoadingState";

import { Summary } from "./Summary";

const query = graphql(`
  query Home {
    me {
      id
      photoCount
      pendingCount
      rejectedCount
    }
    ...Summary
  }
`);

/** Where everybody begins: with what to do, or with a summary once there are photos. */
export function HomePage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch, startPolling, stopPolling } = result;
  const view = viewOf(result);
  usePolling((data?.me.pendingCount ?? 0) > 0, startPolling, stopPolling);
  const used = data !== undefined && data.me.photoCount + data.me.pendingCount + data.me.rejectedCount > 0;
  return (
    <Page
      title={used ? "Your photos" : "Welcome to PAM"}
      description={used ? "What there is, and what has come of it lately." : "Your photos, labelled and counted; any selection of them as one zip."}
      actions={
        used && (
          <RouterButton variant="primary" href="/uploads" iconName="upload">
            Upload photos
          </RouterButton>
        )
      }
    >
      {view === "loading" && <LoadingState label="Loading" count={3} />}
      {error !== undefined && (
        <ErrorState title="Your photos could not be looked up" error={error} onRetry={() => void refetch().catch(() => undefined)} />
      )}
      {data && (used ? <Summary data={data} /> : <FirstRun />)}
    </Page>
  );
}
