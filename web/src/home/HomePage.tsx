import { useQuery } from "@apollo/client/react";
import type { ReactNode } from "react";
import { Navigate } from "react-router";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql } from "../gql";
import { ErrorState } from "../states/ErrorState";
import { FirstRun } from "../states/FirstRun";
import { LoadingState } from "../states/LoadingState";

const query = graphql(`
  query Home {
    me {
      id
      photoCount
      pendingCount
      rejectedCount
    }
  }
`);

/** Where everybody begins: with what to do, or with the labels once there are photos. */
export function HomePage(): ReactNode {
  const result = useQuery(query);
  const { data, error, refetch } = result;
  if (data !== undefined && data.me.photoCount + data.me.pendingCount + data.me.rejectedCount > 0) {
    return <Navigate to="/labels" replace />;
  }
  return (
    <Page title="Welcome to PAM" description="Your photos, labelled and counted; any selection of them as one zip.">
      {viewOf(result) === "loading" && <LoadingState label="Loading" count={3} />}
      {viewOf(result) === "failed" && <ErrorState title="Your photos could not be looked up" error={error} onRetry={() => void refetch()} />}
      {viewOf(result) === "shown" && <FirstRun />}
    </Page>
  );
}
