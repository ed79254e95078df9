import { lazy, type ComponentType, type LazyExoticComponent } from "react";

/** The pages by their path; the code of each is fetched when it is first shown. */
export interface PageRoute {
  readonly path: string;
  readonly Component: LazyExoticComponent<ComponentType>;
}

function page(path: string, load: () => Promise<ComponentType>): PageRoute {
  return { path, Component: lazy(async () => ({ default: await load() })) };
}

/** The pages. The server gives out index.html at these paths: see appPaths in internal/server/pages.go. */
export const pageRoutes: readonly PageRoute[] = [
  page("/", async () => (await import("../home/HomePage")).HomePage),
  page("/labels", async () => (await import("../labels/LabelsPage")).LabelsPage),
  page("/photos", async () => (await import("../photos/PhotosPage")).PhotosPage),
  page("/photos/:id", async () => (await import("../photos/PhotoPage")).PhotoPage),
  page("/uploads", async () => (await import("../uploads/UploadsPage")).UploadsPage),
  page("/archives", async () => (await import("../archives/ArchivesPage")).ArchivesPage),
  page("/archives/new", async () => (await import("../archives/NewArchivePage")).NewArchivePage),
  page("/archives/:id", async () => (await import("../archives/ArchivePage")).ArchivePage),
  page("/notices", async () => (await import("../notices/NoticesPage")).NoticesPage),
];
