import { useMutation } from "@apollo/client/react";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";

import { graphql } from "../gql";
import { useFlashes } from "../notifications/FlashContext";
import { searchOf, type Selection } from "../photos/selection";

import { Intent } from "./intent";
import { rememberSelection } from "./requestedSelections";

const request = graphql(`
  mutation RequestArchive($input: RequestArchiveInput!) {
    requestArchive(input: $input) {
      id
      name
      status
      ...ArchiveDetails
    }
  }
`);

/** What is asked for. */
interface Wish {
  readonly selection: Selection;
  /** Empty for the labels joined. */
  readonly name: string;
  /** The newest archive that was there before; undefined where there was none. */
  readonly newest: string | undefined;
}

/**
 * Asks for an archive and leads to its page. However often it is called for the same wish, there is one archive.
 */
export function useRequestArchive(): { ask: (wish: Wish) => Promise<void>; loading: boolean; error: unknown } {
  const [mutate, { loading, error }] = useMutation(request);
  const [intent] = useState(() => new Intent());
  const busy = useRef(false);
  const navigate = useNavigate();
  const flashes = useFlashes();

  const ask = async ({ selection, name, newest }: Wish) => {
    // A second click may come before the button shows that it was clicked.
    if (busy.current) {
      return;
    }
    busy.current = true;
    try {
      const { any, all, none, minConfidence } = selection;
      const input = { match: { any, all, none, minConfidence }, ...(name === "" ? {} : { name }) };
      const { data } = await mutate({ variables: { input: { ...input, idempotencyKey: intent.keyFor(JSON.stringify(input)) } } });
      if (data) {
        const archive = data.requestArchive;
        rememberSelection(archive.id, searchOf(selection));
        // Ids sort by the time of the request.
        if (newest !== undefined && archive.id <= newest) {
          flashes.show({
            id: `same-${archive.id}`,
            type: "info",
            header: "You have an archive of just these photos already",
            content: `None of them has changed, so PAM shows you “${archive.name}” and does not build it a second time.`,
          });
        }
        await navigate(`/archives/${archive.id}`);
      }
    } catch {
      // The mutation's result says what went wrong.
    } finally {
      busy.current = false;
    }
  };
  return { ask, loading, error };
}
