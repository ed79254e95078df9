import { useQuery } from "@apollo/client/react";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";

import { problemOf } from "../api/problem";
import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { formatCount } from "../format/format";
import { graphql } from "../gql";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { NotFoundState } from "../states/NotFoundState";

import { DeletePhotos } from "./DeletePhotos";
import { OriginalButton } from "./OriginalButton";
import { PhotoDetails } from "./PhotoDetails";
import { listOf, searchOfList } from "./photoList";
import { useNeighbours } from "./useNeighbours";
import { usePageKeys } from "./usePageKeys";
import { usePolling } from "./usePolling";

const query = graphql(`
  query Photo($id: ID!) {
    photo(id: $id) {
      id
      fileName
      status
      ...PhotoDetails
    }
  }
`);

/** One photo: the picture, what it shows, and what is known of the file. The address says which list it stands in. */
export function PhotoPage(): ReactNode {
  const { id = "" } = useParams();
  const list = listOf(useSearchParams()[0]);
  const result = useQuery(query, { variables: { id } });
  const { data, error, refetch, startPolling, stopPolling } = result;
  const photo = data?.photo;
  usePolling(photo?.status === "PENDING", startPolling, stopPolling);
  const { previous, next, place } = useNeighbours(id, list);
  const [asking, setAsking] = useState(false);
  // While its photo is being deleted the page has nothing to complain about.
  const [leaving, setLeaving] = useState<string>();
  const navigate = useNavigate();

  const search = searchOfList(list);
  const show = (other: string) => () => void navigate(`/photos/${other}${search}`, { replace: true });
  const back = () => void navigate(`/photos${search}`, { state: { at: id } });
  usePageKeys({
    ArrowLeft: previous === undefined ? undefined : show(previous),
    ArrowRight: next === undefined ? undefined : show(next),
    Escape: back,
    Delete: photo
      ? () => {
          setAsking(true);
        }
      : undefined,
  });

  if (leaving === undefined && error !== undefined && problemOf(error).code === "NOT_FOUND") {
    return (
      <Page title="Photo">
        <NotFoundState title="There is no such photo">It may have been deleted.</NotFoundState>
      </Page>
    );
  }
  return (
    <Page
      title={photo?.fileName ?? leaving ?? "Photo"}
      description={place && `${formatCount(place.index)} of ${formatCount(place.total)}`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="angle-left" ariaLabel="Previous photo" disabled={previous === undefined} onClick={show(previous ?? "")} />
          <Button iconName="angle-right" ariaLabel="Next photo" disabled={next === undefined} onClick={show(next ?? "")} />
          <Button onClick={back}>All photos</Button>
          {photo?.status === "LABELLED" && <OriginalButton id={id} />}
          <Button
            iconName="remove"
            disabled={!photo}
            onClick={() => {
              setAsking(true);
            }}
          >
            Delete
          </Button>
        </SpaceBetween>
      }
    >
      {leaving === undefined && viewOf(result) === "loading" && <LoadingState label="Loading the photo" />}
      {leaving === undefined && error !== undefined && (
        <ErrorState title="The photo could not be loaded" error={error} onRetry={() => void refetch().catch(() => undefined)} />
      )}
      {photo && <PhotoDetails photo={photo} minConfidence={list.selection.minConfidence} />}
      {asking && (
        <DeletePhotos
          ids={[id]}
          name={photo?.fileName}
          onBegin={() => {
            setLeaving(photo?.fileName);
          }}
          onClose={(gone) => {
            setAsking(false);
            setLeaving(gone ? leaving : undefined);
            if (gone) {
              const other = next ?? previous;
              void navigate(other === undefined ? `/photos${search}` : `/photos/${other}${search}`, { replace: true });
            }
          }}
        />
      )}
    </Page>
  );
}
