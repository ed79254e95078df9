import { useQuery } from "@apollo/client/react";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useParams } from "react-router";

import { useLive } from "../api/live";
import { problemOf } from "../api/problem";
import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { graphql } from "../gql";
import type { ArchiveStatus } from "../gql/graphql";
import { NoticeChannels } from "../notices/NoticeChannels";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { NotFoundState } from "../states/NotFoundState";

import { ArchiveDetails } from "./ArchiveDetails";
import { CancelArchive } from "./CancelArchive";
import { DownloadArchive } from "./DownloadArchive";
import { MakeAgain } from "./MakeAgain";

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

/** One archive: how far it is, and what became of it. Notices and e-mails lead here. */
export function ArchivePage(): ReactNode {
  const { id = "" } = useParams();
  const result = useQuery(query, { variables: { id } });
  const { data, error, refetch } = result;
  const status = data?.archive?.status;
  const active = status !== undefined && isActive(status);
  useLive({ subscription: changes, variables: { id }, poll: refetch, skip: !active });
  // What fails is in the result.
  const refresh = () => void refetch().catch(() => undefined);
  const missing = data?.archive === null || (error !== undefined && problemOf(error).code === "NOT_FOUND");
  if (missing) {
    return (
      <Page title="Archive">
        <NotFoundState title="There is no such archive">
          The address may be mistyped, or the archive belongs to another account than the one that you are signed in with.
        </NotFoundState>
      </Page>
    );
  }
  return (
    <Page
      title={data?.archive?.name ?? "Archive"}
      actions={data?.archive && <Actions {...data.archive} onRefresh={refresh} />}
    >
      {viewOf(result) === "loading" && <LoadingState label="Loading the archive" />}
      {viewOf(result) === "failed" && <ErrorState title="The archive could not be loaded" error={error} onRetry={refresh} />}
      {data?.archive && (
        <SpaceBetween size="l">
          {error !== undefined && <ErrorState title="What you see may be out of date" error={error} onRetry={refresh} />}
          <ArchiveDetails archive={data.archive} onRefresh={refresh} />
          {active && <NoticeChannels />}
        </SpaceBetween>
      )}
    </Page>
  );
}

function isActive(status: ArchiveStatus): boolean {
  return status === "QUEUED" || status === "BUILDING";
}

interface ActionsProps {
  readonly id: string;
  readonly name: string;
  readonly status: ArchiveStatus;
  readonly onRefresh: () => void;
}

/** What can be done with an archive, by its state. */
function Actions({ id, name, status, onRefresh }: ActionsProps): ReactNode {
  if (status === "READY") {
    return <DownloadArchive id={id} name={name} onGone={onRefresh} />;
  }
  return isActive(status) ? <CancelArchive id={id} name={name} onMovedOn={onRefresh} /> : <MakeAgain id={id} />;
}
