import type { UseQueryResult } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import { Problem } from "../api/client";
import { sentence } from "./words";

export { sentence };

/** A part of a page under a heading. */
export function Panel({ title, aside, children, className = "" }: { title: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div className="aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** What stands in the place of an answer that is not there. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="failed" role="alert">
      <p>{error instanceof Problem ? sentence(error.message) : "This could not be shown."}</p>
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} className={`w${at % 4}`} />
      ))}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}

/** An answer once it is there; before, that it loads; else what failed. */
export function Ready<T>({ of, lines, children }: { of: UseQueryResult<T>; lines?: number; children: (answer: T) => ReactNode }) {
  if (of.data !== undefined) return <div className={of.isPlaceholderData ? "stale" : undefined}>{children(of.data)}</div>;
  // Too little is known yet to answer: that is no failure.
  if (of.error instanceof Problem && of.error.status === 404) return <Empty>{sentence(of.error.message)}</Empty>;
  if (of.isError) return <Failed error={of.error} retry={() => void of.refetch()} />;
  return <Loading {...(lines === undefined ? {} : { lines })} />;
}
