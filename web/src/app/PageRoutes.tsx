import { Suspense, useEffect, type ReactNode } from "react";
import { Route, Routes, useLocation } from "react-router";

import { LoadingState } from "../states/LoadingState";
import { NotFoundState } from "../states/NotFoundState";
import { PageBoundary } from "../states/PageBoundary";

import { Page } from "./Page";
import { pageRoutes } from "./routes";

/** The page that the address names. One that fails takes nothing else along, and is tried anew at another address. */
export function PageRoutes(): ReactNode {
  const { pathname } = useLocation();
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <PageBoundary key={pathname}>
      <Suspense fallback={<LoadingState label="Loading the page" />}>
        <Routes>
          {pageRoutes.map(({ path, Component }) => (
            <Route key={path} path={path} element={<Component />} />
          ))}
          <Route
            path="*"
            element={
              <Page title="Not found">
                <NotFoundState />
              </Page>
            }
          />
        </Routes>
      </Suspense>
    </PageBoundary>
  );
}
