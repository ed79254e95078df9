import { createContext, use, useSyncExternalStore, type ComponentType } from "react";

import type { Summary, Uploader } from "./uploader";

/** The uploads of this window, which go on whatever page is open. */
export interface Uploads {
  readonly uploader: Uploader;
  /** Shows how they go on, on all pages but their own. */
  readonly Indicator: ComponentType;
  /** Does what would end them all, after asking where some are on their way. */
  readonly leave: (go: () => void) => void;
}

/** The uploads: undefined until their code is there. UploadsProvider provides it. */
export const UploadsContext = createContext<Uploads | undefined>(undefined);

/** The uploads, to add to and steer; for what is shown only when they are there. */
export function useUploader(): Uploader {
  const uploads = use(UploadsContext);
  if (uploads === undefined) {
    throw new Error("useUploader is called before the uploads are there");
  }
  return uploads.uploader;
}

/** All uploads at a glance; the component renders anew as they go on, a few times a second at most. */
export function useUploadSummary(): Summary {
  const uploader = useUploader();
  return useSyncExternalStore(uploader.subscribe, uploader.summary);
}

/** What to call what leaves this page for good with: it asks first where uploads are on their way. */
export function useLeave(): (go: () => void) => void {
  return use(UploadsContext)?.leave ?? goAtOnce;
}

function goAtOnce(go: () => void): void {
  go();
}
