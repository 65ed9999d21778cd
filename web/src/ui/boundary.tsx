import { Component, type ErrorInfo, type ReactNode } from "react";

/** Keeps a page that fails from taking the rest along. */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override componentDidCatch(error: Error, where: ErrorInfo): void {
    console.error(error, where.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <div className="failed" role="alert">
        <p>This page could not be shown. After an upgrade of the server it needs to be loaded anew.</p>
        <button type="button" onClick={() => window.location.reload()}>
          Load it anew
        </button>
        <a href="/">To the overview</a>
      </div>
    );
  }
}
