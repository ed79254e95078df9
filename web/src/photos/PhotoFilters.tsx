import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { hasLabels } from "./selection";
import type { PhotoList } from "./photoList";

const statuses = [
  { value: "", label: "All photos" },
  { value: "LABELLED", label: "Labelled" },
  { value: "PENDING", label: "Being labelled" },
  { value: "REJECTED", label: "Refused" },
] as const;

const orders = [
  { value: "UPLOADED_DESC", label: "Newest first" },
  { value: "UPLOADED_ASC", label: "Oldest first" },
] as const;

interface PhotoFiltersProps {
  readonly list: PhotoList;
  readonly onChange: (list: PhotoList) => void;
}

/** Which photos to show, and in which order. A selection of labels sees labelled photos alone. */
export function PhotoFilters({ list, onChange }: PhotoFiltersProps): ReactNode {
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {!hasLabels(list.selection) && (
        <Select
          ariaLabel="Which photos"
          options={statuses}
          selectedOption={statuses.find(({ value }) => value === (list.status ?? "")) ?? null}
          onChange={({ detail }) => {
            const chosen = statuses.find(({ value }) => value === detail.selectedOption.value)?.value ?? "";
            onChange({ ...list, status: chosen === "" ? undefined : chosen });
          }}
        />
      )}
      <Select
        ariaLabel="Order"
        options={orders}
        selectedOption={orders.find(({ value }) => value === list.orderBy) ?? null}
        onChange={({ detail }) => {
          onChange({ ...list, orderBy: detail.selectedOption.value === "UPLOADED_ASC" ? "UPLOADED_ASC" : "UPLOADED_DESC" });
        }}
      />
    </SpaceBetween>
  );
}
