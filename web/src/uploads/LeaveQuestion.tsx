import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { formatCountOf } from "../format/format";

interface LeaveQuestionProps {
  /** How many files are on their way. */
  readonly unfinished: number;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks whether to give up the uploads that are on their way. */
export function LeaveQuestion({ unfinished, onStay, onLeave }: LeaveQuestionProps): ReactNode {
  return (
    <Modal
      visible
      header="Stop uploading?"
      onDismiss={onStay}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onLeave}>
              Stop and leave
            </Button>
            <Button variant="primary" onClick={onStay}>
              Keep uploading
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {formatCountOf(unfinished, "file has", "files have")} not arrived yet. What has arrived stays in your library.
    </Modal>
  );
}
