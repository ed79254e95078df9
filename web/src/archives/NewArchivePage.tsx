import { useQuery } from "@apollo/client/react";
import Container from "@cloudscape-design/components/container";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { graphql } from "../gql";
import { addressOf, isComplete, matchOf, searchOf, type Selection } from "../photos/selection";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";

import { NewArchiveForm } from "./NewArchiveForm";
import { useRequestArchive } from "./useRequestArchive";

const query = graphql(`
  query ArchivePlan($match: LabelMatch!) {
    archivePreview(match: $match) {
      photoCount
      totalBytes
    }
    archives(first: 1) {
      nodes {
        id
      }
    }
  }
`);

/** Says what an archive of the selection in the address would hold, and asks for it. */
export function NewArchivePage(): ReactNode {
  const [parameters] = useSearchParams();
  const selection = matchOf(parameters);
  return (
    <Page title="New archive" description="All photos of a selection in one zip.">
      {isComplete(selection) ? (
        <Plan key={searchOf(selection)} selection={selection} />
      ) : (
        <Container>
          <EmptyState title="No labels are picked" action={<RouterButton href="/labels">Pick labels</RouterButton>}>
            An archive holds the photos that show the labels you pick: 1 to 20 of them, one of which is included.
          </EmptyState>
        </Container>
      )}
    </Page>
  );
}

function Plan({ selection }: { selection: Selection }): ReactNode {
  const { any, all, none, minConfidence } = selection;
  // Not kept: the list of archives has pages of its own in the cache.
  const result = useQuery(query, { variables: { match: { any, all, none, minConfidence } }, fetchPolicy: "no-cache" });
  const { data, error, refetch } = result;
  const [name, setName] = useState("");
  const { ask, loading, error: refusal } = useRequestArchive();
  if (viewOf(result) === "loading") {
    return <LoadingState label="Counting the photos" count={3} />;
  }
  if (data === undefined) {
    return <ErrorState title="The photos could not be counted" error={error} onRetry={() => void refetch().catch(() => undefined)} />;
  }
  if (data.archivePreview.photoCount === 0) {
    return (
      <Container>
        <EmptyState title="No photo matches" action={<RouterButton href={addressOf("/labels", selection)}>Change the selection</RouterButton>}>
          There is nothing to put into an archive.
        </EmptyState>
      </Container>
    );
  }
  return (
    <NewArchiveForm
      selection={selection}
      preview={data.archivePreview}
      name={name}
      onName={setName}
      loading={loading}
      error={refusal}
      onSubmit={() => void ask({ selection, name: name.trim(), newest: data.archives.nodes[0]?.id })}
    />
  );
}
