import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { lazy, Suspense, use, useState, type ReactNode } from "react";
import { useLocation } from "react-router";

import { PageFlashbar } from "../notifications/PageFlashbar";
import { LapsedBanner } from "../signin/LapsedBanner";
import { OfflineBanner } from "../states/OfflineBanner";
import { UploadsContext } from "../uploads/UploadsContext";

import { useFollow } from "./follow";
import { TopBar } from "./TopBar";

/** It comes with the watcher of notices, which is not needed at first. */
const UnreadMark = lazy(async () => ({ default: (await import("../notices/UnreadMark")).UnreadMark }));

const links: readonly SideNavigationProps.Link[] = [
  { type: "link", text: "Labels", href: "/labels" },
  { type: "link", text: "Photos", href: "/photos" },
  { type: "link", text: "Uploads", href: "/uploads" },
  { type: "link", text: "Archives", href: "/archives" },
  { type: "link", text: "Notices", href: "/notices", info: <Suspense><UnreadMark /></Suspense> },
];

/** What a page below one of these pages shows. */
const details: Readonly<Record<string, string>> = { "/photos": "Photo", "/archives": "Archive" };

/** The way from the start to the page at a path. */
function trail(pathname: string): { text: string; href: string }[] {
  const section = links.find(({ href }) => pathname === href || pathname.startsWith(`${href}/`));
  const detail = section !== undefined && section.href !== pathname ? details[section.href] : undefined;
  return [
    { text: "PAM", href: "/" },
    ...(section === undefined ? [] : [{ text: section.text, href: section.href }]),
    ...(detail === undefined ? [] : [{ text: detail, href: pathname }]),
  ];
}

/** Above this width, in CSS pixels, the side navigation is open at first; Cloudscape's own breakpoint. */
const wide = 688;

/** The window around each page: bars, navigation and messages. */
export function Layout({ children }: { children: ReactNode }): ReactNode {
  const follow = useFollow();
  const { pathname } = useLocation();
  const uploads = use(UploadsContext);
  const [open, setOpen] = useState(() => window.innerWidth > wide);
  return (
    <>
      <TopBar />
      <AppLayoutToolbar
        headerSelector="#top"
        toolsHide
        navigationOpen={open}
        onNavigationChange={({ detail }) => {
          setOpen(detail.open);
        }}
        navigation={
          <SideNavigation
            activeHref={`/${pathname.split("/")[1] ?? ""}`}
            items={links}
            onFollow={(event) => {
              follow(event);
              setOpen(window.innerWidth > wide);
            }}
          />
        }
        breadcrumbs={<BreadcrumbGroup items={trail(pathname)} onFollow={follow} ariaLabel="Where you are" />}
        stickyNotifications
        notifications={
          <>
            <PageFlashbar />
            {uploads && <uploads.Indicator />}
          </>
        }
        ariaLabels={{
          navigation: "Pages",
          navigationToggle: "Open the navigation",
          navigationClose: "Close the navigation",
          notifications: "Messages",
        }}
        content={
          <SpaceBetween size="m">
            <LapsedBanner />
            <OfflineBanner />
            {children}
          </SpaceBetween>
        }
      />
    </>
  );
}
