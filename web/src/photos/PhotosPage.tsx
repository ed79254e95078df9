import { skipToken, useQuery } from "@apollo/client/react";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { formatCount } from "../format/format";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { MoreOnScroll } from "../states/MoreOnScroll";

import { DeletePhotos } from "./DeletePhotos";
import { NoPhotos, NotAskable } from "./NoPhotos";
import { PhotoFilters } from "./PhotoFilters";
import { PhotoGrid } from "./PhotoGrid";
import { isAskable, listOf, photosQuery, searchOfList, variablesOf } from "./photoList";
import { PickedBar } from "./PickedBar";
import { nothingPicked, pickedOf, type Picking } from "./picking";
import { addressOf, hasLabels, wordsOf } from "./selection";
import { usePolling } from "./usePolling";

/** The photos of a selection of labels, of a status, or all of them. What is shown is in the address. */
export function PhotosPage(): ReactNode {
  const [parameters, setParameters] = useSearchParams();
  const list = listOf(parameters);
  const search = searchOfList(list);
  const askable = isAskable(list);
  const selected = hasLabels(list.selection);
  const result = useQuery(photosQuery, askable ? { variables: variablesOf(list) } : skipToken);
  const { data, error, refetch, fetchMore, startPolling, stopPolling } = result;
  const view = viewOf(result);
  const photos = data?.photos;
  const ids = photos?.nodes.map(({ id }) => id) ?? [];
  usePolling(photos?.nodes.some(({ status }) => status === "PENDING") === true, startPolling, stopPolling);

  const navigate = useNavigate();
  const location = useLocation();
  const [focus, setFocus] = useState((location.state as { at?: string } | null)?.at);
  const [picked, setPicked] = useState<{ search: string; picking: Picking }>({ search, picking: nothingPicked });
  // Another list begins with nothing picked.
  const picking = picked.search === search ? picked.picking : nothingPicked;
  const pick = (next: Picking) => {
    setPicked({ search, picking: next });
  };
  const chosen = pickedOf(picking, ids);
  const [deleting, setDeleting] = useState<readonly string[]>();

  const closed = (gone: boolean) => {
    const first = ids.indexOf(deleting?.[0] ?? "");
    setDeleting(undefined);
    if (gone) {
      pick(nothingPicked);
      // The tile that had the focus is gone; the one that takes its place gets it.
      setFocus(ids.slice(first + 1).find((id) => deleting?.includes(id) === false) ?? ids[first - 1]);
    } else {
      setFocus(undefined);
    }
  };
  return (
    <Page
      title="Photos"
      counter={photos && `(${formatCount(photos.totalCount)})`}
      description={selected && askable ? `With ${wordsOf(list.selection)}` : undefined}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {selected && <RouterButton href={addressOf("/labels", list.selection)}>Change the selection</RouterButton>}
          {selected && askable && (
            <RouterButton variant="primary" href={addressOf("/archives/new", list.selection)}>
              Make an archive
            </RouterButton>
          )}
          {!selected && (
            <RouterButton href="/uploads" iconName="upload">
              Upload photos
            </RouterButton>
          )}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="s">
        <PhotoFilters
          list={list}
          onChange={(next) => {
            setParameters(searchOfList(next), { replace: true });
          }}
        />
        {!askable && <NotAskable selection={list.selection} />}
        {askable && view === "loading" && <LoadingState label="Loading photos" shape="tiles" count={12} />}
        {askable && error !== undefined && (
          <ErrorState title="The photos could not be loaded" error={error} onRetry={() => void refetch().catch(() => undefined)} />
        )}
        {photos?.nodes.length === 0 && !photos.pageInfo.hasNextPage && <NoPhotos list={list} />}
        {photos && photos.nodes.length > 0 && (
          <>
            <PickedBar
              count={chosen.length}
              shown={ids.length}
              onAll={() => {
                pick({ ids: new Set(ids), anchor: picking.anchor });
              }}
              onNone={() => {
                pick(nothingPicked);
              }}
              onDelete={() => {
                setDeleting(chosen);
              }}
            />
            <PhotoGrid
              photos={photos.nodes}
              search={search}
              picking={picking}
              onPick={pick}
              onDelete={setDeleting}
              onOpen={(id) => {
                // Where the way back leads to.
                void navigate(location, { replace: true, state: { at: id } });
              }}
              focus={focus}
            />
          </>
        )}
        {photos?.pageInfo.hasNextPage === true && (
          <MoreOnScroll
            label="Show more photos"
            failure="More photos could not be loaded"
            onMore={() => fetchMore({ variables: { after: photos.pageInfo.endCursor ?? null } })}
          />
        )}
      </SpaceBetween>
      {deleting && <DeletePhotos ids={deleting} onClose={closed} />}
    </Page>
  );
}
