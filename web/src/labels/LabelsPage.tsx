import LiveRegion from "@cloudscape-design/components/live-region";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { viewOf } from "../api/view";
import { Page } from "../app/Page";
import { RouterButton } from "../app/RouterButton";
import { useParameters } from "../app/useParameters";
import { formatCount } from "../format/format";
import { readFragment } from "../gql";
import { countNames, matchOf, maxNames, putInto, roleOf, withRole } from "../photos/selection";
import { EmptyState } from "../states/EmptyState";
import { ErrorState } from "../states/ErrorState";
import { LoadingState } from "../states/LoadingState";
import { MoreOnScroll } from "../states/MoreOnScroll";

import { LabelRow, type RoleChange } from "./labelColumns";
import { LabelFilters } from "./LabelFilters";
import { labelListOf, putList, type LabelList } from "./labelList";
import { LabelTable } from "./LabelTable";
import { SelectionBar } from "./SelectionBar";
import { useCountChanges } from "./useCountChanges";
import { useLabels } from "./useLabels";

/** All labels with their counts, which change while photos are being labelled; and the selection of photos by them. */
export function LabelsPage(): ReactNode {
  const [parameters, changeParameters] = useParameters();
  const list = labelListOf(parameters);
  const change = (part: Partial<LabelList>) => {
    changeParameters((now) => putList(now, part));
  };
  const selection = matchOf(parameters);
  const { minConfidence } = selection;
  const { search, orderBy } = list;
  const labels = useLabels({ search, orderBy, minConfidence });
  const { result, shown } = labels;
  const items = readFragment(LabelRow, shown?.nodes);
  const { marked, message } = useCountChanges(`${minConfidence} ${search}`, result.data === undefined ? undefined : (items ?? undefined));
  const onRoles = (changes: readonly RoleChange[]) => {
    changeParameters((now) => putInto(now, changes.reduce((before, { label, role }) => withRole(before, label, role), matchOf(now))));
  };
  return (
    <Page
      title="Labels"
      counter={shown && `(${formatCount(shown.totalCount)})`}
      description="What your photos show, and how many show it."
      actions={
        <RouterButton href="/uploads" iconName="upload">
          Upload photos
        </RouterButton>
      }
    >
      <SpaceBetween size="m">
        <LabelFilters
          list={list}
          onChange={change}
          minConfidence={minConfidence}
          onConfidence={(confidence) => {
            changeParameters((now) => putInto(now, { ...matchOf(now), minConfidence: confidence }));
          }}
        />
        {result.error !== undefined && (
          <ErrorState title="The labels could not be loaded" error={result.error} onRetry={() => void result.refetch().catch(() => undefined)} />
        )}
        {shown === undefined && viewOf(result) === "loading" && <LoadingState label="Loading labels" count={8} />}
        {shown && (
          <div aria-busy={result.data === undefined}>
            <LabelTable
              labels={shown.nodes}
              cards={list.cards}
              orderBy={orderBy}
              onOrder={(order) => {
                change({ orderBy: order });
              }}
              rows={{ minConfidence, marked, roleOf: (label) => roleOf(selection, label), full: countNames(selection) >= maxNames, onRoles }}
              empty={<NoLabels search={search} />}
            />
          </div>
        )}
        {result.data?.labels.pageInfo.hasNextPage === true && (
          <MoreOnScroll label="Show more labels" failure="More labels could not be loaded" onMore={labels.more} />
        )}
      </SpaceBetween>
      <LiveRegion hidden>{message}</LiveRegion>
      {shown && (shown.nodes.length > 0 || countNames(selection) > 0) && (
        <SelectionBar selection={selection} onRoles={onRoles} version={labels.version} />
      )}
    </Page>
  );
}

function NoLabels({ search }: { search: string }): ReactNode {
  if (search !== "") {
    return (
      <EmptyState title="No label matches">
        None of your labels at this confidence has “{search}” in its name.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No labels yet" action={<RouterButton href="/uploads">Upload photos</RouterButton>}>
      Labels appear here as soon as your first photos are labelled.
    </EmptyState>
  );
}
