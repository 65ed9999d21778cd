import type { Day, Level } from "../../api/client";
import type { AccountFilter } from "../../api/questions";
import { queryText } from "../../api/client";
import { comparedDays, isDay } from "../../url_state";
import { kLevels } from "../../ui/words";

/** What the list shows, as its address says. */
export interface ListState {
  filter: AccountFilter;
  byRisk: boolean;
  /** In hundredths: only those with at least this chance of silence. */
  least: number | undefined;
  columns: string[];
}

const isLevel = (text: string): text is Level => (kLevels as readonly string[]).includes(text);
const listed = (text: string | undefined): string[] => (text ?? "").split(",").filter((part) => part !== "");

/** Filters on properties stand in one value, each on a line of its own: `plan=team`. */
export const filtersOf = (text: string | undefined): string[] => (text ?? "").split("\n").filter((part) => part.includes("="));
export const filtersText = (filters: readonly string[]): string | undefined => (filters.length === 0 ? undefined : filters.join("\n"));

export function listState(get: (name: string) => string | undefined, usual: { columns: string[] }): ListState {
  const levels = listed(get("level")).filter(isLevel);
  const moved = Number(get("moved"));
  const trend = get("trend");
  const day = get("day");
  const where = filtersOf(get("where"));
  const chance = Number(get("chance"));
  const least = Number.isInteger(chance) && chance >= 1 && chance <= 100 ? chance : undefined;
  const byRisk = get("order") === "risk" || least !== undefined;
  const columns = get("columns") === undefined ? usual.columns : listed(get("columns")).filter((name) => name !== "none");
  return {
    byRisk,
    least,
    columns,
    filter: {
      day: isDay(day) ? day : undefined,
      days: comparedDays(get("since")),
      level: levels.length > 0 ? levels : undefined,
      moved: Number.isInteger(moved) && moved > 0 ? moved : undefined,
      trend: trend === "up" || trend === "down" ? trend : undefined,
      search: get("search"),
      where: where.length > 0 ? where : undefined,
      property: columns.length > 0 ? columns : undefined,
      sort: byRisk ? undefined : get("sort"),
    },
  };
}

/** Where the same list is a file. */
export const exportAddress = (filter: AccountFilter, format: "csv" | "jsonl" | "parquet"): string =>
  `/api/v1/exports/accounts?${queryText({ ...filter, format })}`;

/** The days shown, in words, for the heading of the trend. */
export const trendHeading = (days: number): string => (days === 1 ? "Since the day before" : `Since ${days} days before`);

/** A view somebody kept: a name and what stands behind the `?`. */
export interface View {
  name: string;
  search: string;
}

const kPlace = "tidemark views";

export function savedViews(storage: Pick<Storage, "getItem">): View[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(kPlace) ?? "[]");
    return Array.isArray(kept) ? kept.filter((view): view is View => typeof view?.name === "string" && typeof view?.search === "string") : [];
  } catch {
    return [];
  }
}

export function saveViews(storage: Pick<Storage, "setItem">, views: readonly View[]): void {
  storage.setItem(kPlace, JSON.stringify(views));
}

/** What makes a view: all of the address but the day. */
export function viewOf(search: string): string {
  const params = new URLSearchParams(search);
  params.delete("day");
  return params.toString();
}

export type { Day };
