import Cards from "@cloudscape-design/components/cards";
import type { ReactNode } from "react";

import type { LabelRowFragment } from "../gql/graphql";

import { cardOf, type Rows } from "./labelColumns";
import type { Choice } from "./labelChoice";

interface LabelCardsProps {
  readonly choice: Choice;
  readonly rows: Rows;
  readonly empty: ReactNode;
}

/** Labels as cards, for narrow windows and whoever prefers them. */
export function LabelCards({ choice, rows, empty }: LabelCardsProps): ReactNode {
  return (
    <Cards<LabelRowFragment>
      {...choice}
      empty={empty}
      cardDefinition={cardOf(rows)}
      cardsPerRow={[{ cards: 1 }, { minWidth: 480, cards: 2 }, { minWidth: 768, cards: 3 }, { minWidth: 1100, cards: 4 }]}
      ariaLabels={{ cardsLabel: "Labels", selectionGroupLabel: "Include", itemSelectionLabel: (_, { name }) => name }}
    />
  );
}
