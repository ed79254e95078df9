import { Component, type ReactNode } from "react";

import { PageFailure } from "./PageFailure";

interface PageBoundaryProps {
  readonly children: ReactNode;
}

/** Keeps the failure of a page from taking the window along. React tells failures of rendering to classes alone. */
export class PageBoundary extends Component<PageBoundaryProps, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error("unknown") };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <PageFailure error={this.state.error} />;
  }
}
