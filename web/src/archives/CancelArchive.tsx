import { useMutation } from "@apollo/client/react";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";

import { problemOf } from "../api/problem";
import { graphql } from "../gql";
import { useFlashes } from "../notifications/FlashContext";
import { ErrorState } from "../states/ErrorState";

const cancel = graphql(`
  mutation CancelArchive($id: ID!) {
    cancelArchive(id: $id) {
      id
      status
      ...ArchiveDetails
    }
  }
`);

interface CancelArchiveProps {
  readonly id: string;
  readonly name: string;
  /** Called when the archive has moved on meanwhile, so that what the page shows of it is out of date. */
  readonly onMovedOn: () => void;
}

/** Stops an archive that is not built yet, after asking. */
export function CancelArchive({ id, name, onMovedOn }: CancelArchiveProps): ReactNode {
  const flashes = useFlashes();
  const [asking, setAsking] = useState(false);
  const [mutate, { loading, error, reset }] = useMutation(cancel, { variables: { id } });
  const close = () => {
    setAsking(false);
    reset();
  };
  const stop = async () => {
    try {
      await mutate();
      close();
    } catch (cause) {
      if (problemOf(cause).code === "CONFLICT") {
        close();
        flashes.show({ id: `cancel-${id}`, type: "info", header: `“${name}” had come to its end already` });
        onMovedOn();
      }
      // Anything else the dialog shows.
    }
  };
  return (
    <>
      <Button
        onClick={() => {
          setAsking(true);
        }}
      >
        Cancel
      </Button>
      {asking && (
        <Modal
          visible
          header="Cancel this archive?"
          closeAriaLabel="Close"
          onDismiss={close}
          footer={
            <Box float="right">
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={close}>
                  Go on building
                </Button>
                <Button variant="primary" loading={loading} onClick={() => void stop()}>
                  Cancel the archive
                </Button>
              </SpaceBetween>
            </Box>
          }
        >
          <SpaceBetween size="m">
            <Box variant="p">What has been packed of “{name}” is thrown away. Your photos stay.</Box>
            {error && <ErrorState title="It could not be cancelled" error={error} />}
          </SpaceBetween>
        </Modal>
      )}
    </>
  );
}
