import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useEffect, useEffectEvent, useState, type ReactNode } from "react";

import { formatConfidence } from "../format/format";
import { confidences } from "../photos/selection";

import styles from "./LabelFilters.module.css";
import type { LabelList } from "./labelList";

interface LabelFiltersProps {
  readonly list: LabelList;
  readonly onChange: (change: Partial<LabelList>) => void;
  readonly minConfidence: number;
  readonly onConfidence: (minConfidence: number) => void;
}

/** How long after the last key the search goes to the server, in milliseconds. */
const rest = 250;

const orders = [
  { value: "COUNT_DESC", label: "Most photos first" },
  { value: "NAME_ASC", label: "By name" },
] as const;

const thresholds = confidences.map((value) => ({ value: String(value), label: `At least ${formatConfidence(value)}` }));

/** What narrows and orders the labels. */
export function LabelFilters({ list, onChange, minConfidence, onConfidence }: LabelFiltersProps): ReactNode {
  return (
    <div className={styles.filters} role="search">
      <Search
        search={list.search}
        onSearch={(search) => {
          onChange({ search });
        }}
      />
      <Select
        ariaLabel="Confidence"
        triggerVariant="option"
        options={thresholds}
        selectedOption={thresholds.find(({ value }) => value === String(minConfidence)) ?? null}
        onChange={({ detail }) => {
          onConfidence(Number(detail.selectedOption.value));
        }}
      />
      <Select
        ariaLabel="Order"
        options={orders}
        selectedOption={orders.find(({ value }) => value === list.orderBy) ?? null}
        onChange={({ detail }) => {
          onChange({ orderBy: detail.selectedOption.value === "NAME_ASC" ? "NAME_ASC" : "COUNT_DESC" });
        }}
      />
      <Button
        onClick={() => {
          onChange({ cards: !list.cards });
        }}
      >
        {list.cards ? "Show as table" : "Show as cards"}
      </Button>
    </div>
  );
}

interface SearchProps {
  readonly search: string;
  readonly onSearch: (search: string) => void;
}

/** The field to search in. What is typed shows at once, and goes to the server when the person pauses. */
function Search({ search, onSearch }: SearchProps): ReactNode {
  const [typed, setTyped] = useState(search);
  const [seen, setSeen] = useState({ search, sent: search });
  if (search !== seen.search) {
    setSeen({ ...seen, search });
    // Not what came out of this field, such as the person's way back: the field follows.
    if (search !== seen.sent) {
      setTyped(search);
    }
  }
  const send = useEffectEvent(() => {
    setSeen({ ...seen, sent: typed });
    onSearch(typed);
  });
  useEffect(() => {
    if (typed === search) {
      return;
    }
    const timer = setTimeout(send, rest);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, search]);
  return (
    <Input
      type="search"
      ariaLabel="Search labels"
      placeholder="Search labels"
      clearAriaLabel="Clear the search"
      value={typed}
      onChange={({ detail }) => {
        setTyped(detail.value);
      }}
    />
  );
}
