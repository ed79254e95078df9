import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

import { RouterButton } from "../app/RouterButton";
import { formatBytes, formatCount } from "../format/format";
import { addressOf, wordsOf, type Selection } from "../photos/selection";
import { ErrorState } from "../states/ErrorState";

import { isTooLarge, lengthOf, maxBytes, maxNameLength, maxPhotos } from "./limits";

interface NewArchiveFormProps {
  readonly selection: Selection;
  readonly preview: { readonly photoCount: number; readonly totalBytes: number };
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly loading: boolean;
  /** Why the archive was refused. */
  readonly error: unknown;
  readonly onSubmit: () => void;
}

const limits = `An archive holds at most ${formatCount(maxPhotos)} photos or ${formatBytes(maxBytes)}.`;

/** What the archive would hold and is called, and the button that asks for it. */
export function NewArchiveForm({ selection, preview, name, onName, loading, error, onSubmit }: NewArchiveFormProps): ReactNode {
  const tooLarge = isTooLarge(preview);
  const tooLong = lengthOf(name.trim()) > maxNameLength;
  const refused = tooLarge || tooLong;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!refused) {
          onSubmit();
        }
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <RouterButton variant="link" formAction="none" href={addressOf("/labels", selection)}>
              Change the selection
            </RouterButton>
            <Button variant="primary" formAction="submit" disabled={refused} loading={loading} loadingText="Asking for the archive">
              Make the archive
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {tooLarge && (
            <Alert type="warning" header="This is more than one archive holds">
              {limits} Take labels out, or raise the confidence.
            </Alert>
          )}
          <Container footer={`${limits} It can be downloaded for 24 hours.`}>
            <SpaceBetween size="l">
              <KeyValuePairs
                columns={3}
                items={[
                  { label: "Photos", value: formatCount(preview.photoCount) },
                  { label: "Size", value: formatBytes(preview.totalBytes) },
                  { label: "Selection", value: wordsOf(selection) },
                ]}
              />
              <FormField
                label="Name"
                description="What the zip is called. Without one it is called after its labels."
                {...(tooLong && { errorText: `A name has at most ${maxNameLength} characters.` })}
              >
                <Input
                  value={name}
                  placeholder={[...selection.any, ...selection.all].join(", ")}
                  onChange={({ detail }) => {
                    onName(detail.value);
                  }}
                />
              </FormField>
            </SpaceBetween>
          </Container>
          {error !== undefined && <ErrorState title="The archive could not be asked for" error={error} onRetry={onSubmit} />}
        </SpaceBetween>
      </Form>
    </form>
  );
}
