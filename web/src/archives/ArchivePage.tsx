import { useQuery } from "@apollo/client/react";
import type { ReactNode } from "react";
import { useParams } from "react-router";

import { useLive } from "../api/live";
import { problemOf } from "../api/problem";
import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql } from "../gql";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { NotFoundState } from "../states/NotFoundState";

import { ArchiveDetails } from "./ArchiveDetails";

const query = graphql(`
  query Archive($id: ID!) {
    archive(id: $id) {
      id
      name
      status
      ...ArchiveDetails
    }
  }
`);

const changes = graphql(`
  subscription ArchiveChanges($id: ID!) {
    archive(id: $id) {
      id
      status
      ...ArchiveDetails
    }
  }
`);

/** One archive: how far it is, and what became of it. Notices lead here. */
export function ArchivePage(): ReactNode {
  const { id = "" } = useParams();
  const result = useQuery(query, { variables: { id } });
  const { data, error, refetch } = result;
  const status = data?.archive?.status;
  useLive({ subscription: changes, variables: { id }, poll: refetch, skip: status !== "QUEUED" && status !== "BUILDING" });
  if (error !== undefined && problemOf(error).code === "NOT_FOUND") {
    return (
      <Page title="Archive">
        <NotFoundState title="There is no such archive" />
      </Page>
    );
  }
  return (
    <Page title={data?.archive?.name ?? "Archive"}>
      {viewOf(result) === "loading" && <LoadingState label="Loading the archive" />}
      {viewOf(result) === "failed" && <ErrorState title="The archive could not be loaded" error={error} onRetry={() => void refetch()} />}
      {data?.archive && <ArchiveDetails archive={data.archive} />}
    </Page>
  );
}
