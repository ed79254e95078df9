import { lazy, Suspense, type ReactNode } from "react";
import { BrowserRouter } from "react-router";

import { FlashProvider } from "../notifications/FlashProvider";
import { UploadsProvider } from "../uploads/UploadsProvider";

import { Layout } from "./Layout";
import { PageRoutes } from "./PageRoutes";

/** It has time until the page is there. */
const NoticeWatcher = lazy(async () => ({ default: (await import("../notices/NoticeWatcher")).NoticeWatcher }));

/**
 * The application of whoever is signed in. What goes on whatever page is open (messages, notices, uploads) stands here,
 * around or beside the pages.
 */
export function SignedIn(): ReactNode {
  return (
    <BrowserRouter>
      <FlashProvider>
        <Suspense>
          <NoticeWatcher />
        </Suspense>
        <UploadsProvider>
          <Layout>
            <PageRoutes />
          </Layout>
        </UploadsProvider>
      </FlashProvider>
    </BrowserRouter>
  );
}
