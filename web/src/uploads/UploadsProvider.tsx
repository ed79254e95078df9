import { lazy, Suspense, useState, type ReactNode } from "react";

import { UploadsContext, type Uploads } from "./UploadsContext";

/** Its code has time until the page is there. */
const UploadsRunner = lazy(async () => ({ default: (await import("./UploadsRunner")).UploadsRunner }));

/** Keeps uploads going whatever page is open. */
export function UploadsProvider({ children }: { children: ReactNode }): ReactNode {
  const [uploads, setUploads] = useState<Uploads>();
  return (
    <UploadsContext value={uploads}>
      <Suspense>
        <UploadsRunner onReady={setUploads} />
      </Suspense>
      {children}
    </UploadsContext>
  );
}
