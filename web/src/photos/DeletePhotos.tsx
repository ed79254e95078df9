import { useApolloClient } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";

import { formatCount, formatCountOf } from "../format/format";
import { useFlashes } from "../notifications/FlashContext";
import { ErrorState } from "../states/ErrorState";

import { deletePhotos } from "./deletePhotos";

interface DeletePhotosProps {
  readonly ids: readonly string[];
  /** The file's name, where it is one photo. */
  readonly name?: string | undefined;
  /** Called when deleting begins. */
  readonly onBegin?: () => void;
  /** Called when nothing is left to do: `gone` says whether the photos are. */
  readonly onClose: (gone: boolean) => void;
}

/** Asks whether to delete photos, does it, and says what came of it. */
export function DeletePhotos({ ids, name, onBegin, onClose }: DeletePhotosProps): ReactNode {
  const client = useApolloClient();
  const flashes = useFlashes();
  const [left, setLeft] = useState(ids);
  const [gone, setGone] = useState({ deleted: 0, notFound: 0 });
  const [done, setDone] = useState<number>();
  const [error, setError] = useState<unknown>();
  const busy = done !== undefined;
  const what = formatCountOf(left.length, "photo");

  const run = async () => {
    onBegin?.();
    setError(undefined);
    setDone(0);
    const result = await deletePhotos(client, left, setDone);
    const total = { deleted: gone.deleted + result.deleted.length, notFound: gone.notFound + result.notFound.length };
    setGone(total);
    setDone(undefined);
    if (result.error !== undefined) {
      setLeft(result.left);
      setError(result.error);
      return;
    }
    flashes.show({ id: "deleted-photos", type: "success", content: outcomeOf(total) });
    onClose(true);
  };
  const close = () => {
    if (!busy) {
      onClose(gone.deleted + gone.notFound > 0);
    }
  };
  return (
    <Modal
      visible
      header={name === undefined ? `Delete ${what}?` : "Delete this photo?"}
      closeAriaLabel="Do not delete"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={busy} onClick={close}>
              Cancel
            </Button>
            <Button variant="primary" loading={busy} loadingText="Deleting" onClick={() => void run()}>
              Delete {what}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {name !== undefined && <Box fontWeight="bold">{name}</Box>}
        <Box variant="p">
          {left.length === 1 ? "It goes" : "They go"} from every list and count, and cannot be brought back. Archives that are ready keep{" "}
          {left.length === 1 ? "it" : "them"} until they expire.
        </Box>
        {busy && left.length > 100 && (
          <ProgressBar value={(100 * done) / left.length} label="Deleting" additionalInfo={`${formatCount(done)} of ${formatCount(left.length)}`} />
        )}
        {error !== undefined && (
          <ErrorState title={gone.deleted > 0 ? `${what} could not be deleted; the others are gone` : `${what} could not be deleted`} error={error} />
        )}
      </SpaceBetween>
    </Modal>
  );
}

function outcomeOf({ deleted, notFound }: { deleted: number; notFound: number }): string {
  const parts = [
    deleted > 0 || notFound === 0 ? `${formatCountOf(deleted, "photo")} deleted.` : "",
    notFound > 0 ? `${formatCountOf(notFound, "photo")} had gone already.` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}
