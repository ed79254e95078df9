import type { ReactNode } from "react";
import { BrowserRouter } from "react-router";

import { FlashProvider } from "../notifications/FlashProvider";
import { NoticeWatcher } from "../notices/NoticeWatcher";

import { Layout } from "./Layout";
import { PageRoutes } from "./PageRoutes";

/**
 * The application of whoever is signed in. What goes on whatever page is open (messages, notices, uploads) stands here,
 * around or beside the pages.
 */
export function SignedIn(): ReactNode {
  return (
    <BrowserRouter>
      <FlashProvider>
        <NoticeWatcher />
        <Layout>
          <PageRoutes />
        </Layout>
      </FlashProvider>
    </BrowserRouter>
  );
}
