import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { Day } from "./api/client";

/** What a page shows stands in its address, so that it can be reloaded, linked and gone back to. */
export type Params = Record<string, string | undefined>;

/** These go along from page to page. */
const kKept = ["day", "since", "value"];

export function withParams(search: string, changes: Params): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") params.delete(name);
    else params.set(name, value);
  }
  return params.toString();
}

export function addressOf(path: string, search: string, changes: Params = {}): string {
  const kept = new URLSearchParams();
  const now = new URLSearchParams(search);
  for (const name of kKept) {
    const value = now.get(name);
    if (value) kept.set(name, value);
  }
  const text = withParams(kept.toString(), changes);
  return text ? `${path}?${text}` : path;
}

/** The address of another page that keeps day, comparison and value. */
export function useAddress(): (path: string, changes?: Params) => string {
  const search = useSearch();
  return useCallback((path, changes) => addressOf(path, window.location.search, changes), [search]);
}

export interface UrlState {
  get(name: string): string | undefined;
  /** A step to go back to, unless it replaces what stands there. */
  set(changes: Params, how?: "push" | "replace"): void;
}

export function useUrlState(): UrlState {
  const search = useSearch();
  const [path, go] = useLocation();
  return useMemo(() => {
    // Changes with `search`, which the router has decoded once too often.
    const params = new URLSearchParams(window.location.search);
    return {
      get: (name) => params.get(name) ?? undefined,
      set(changes, how = "push") {
        // As it stands now, which may be later than when this was made.
        const text = withParams(window.location.search, changes);
        const here = window.location.pathname;
        go(text ? `${here}?${text}` : here, { replace: how === "replace" });
      },
    };
  }, [search, path, go]);
}

/** How many days lie between the day shown and the day it is compared with. */
export function comparedDays(since: string | undefined): number {
  const days = Number(since ?? "7");
  return Number.isInteger(days) && days >= 1 && days <= 3650 ? days : 7;
}

export function isDay(text: string | undefined): text is Day {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** A part of the address as it stands there, decoded once: the router's own decodes twice. */
export function accountOfPath(path: string): string | undefined {
  const part = /^\/accounts\/([^/]+)$/.exec(path)?.[1];
  if (part === undefined) return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
