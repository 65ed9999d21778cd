import type { Day } from "../api/client";
import { dayWords } from "../ui/words";

/** A line of a chart: a value a day, null where there is none. */
export interface Line {
  label: string;
  values: readonly (number | null)[];
  /** A CSS colour, or the name of a token: `--high`. */
  colour: string;
  fill?: string;
  isDashed?: boolean;
  width?: number;
}

/** Each line on top of those after it: the first ends up highest. */
export function stacked(lines: readonly Line[]): Line[] {
  const sums: Line[] = [];
  let below: readonly (number | null)[] = lines[0]?.values.map(() => 0) ?? [];
  for (const line of [...lines].reverse()) {
    below = line.values.map((value, at) => (value === null ? null : value + (below[at] ?? 0)));
    sums.unshift({ ...line, values: below });
  }
  return sums;
}

/** What stands at a place of a chart, to be read out: `17 Mar 2026: High 121, Medium 648`. */
export function readOut(days: readonly Day[], lines: readonly Line[], at: number, format: (value: number) => string): string {
  const day = days[at];
  if (day === undefined) return "";
  const parts = lines.flatMap((line) => {
    const value = line.values[at];
    return value === null || value === undefined ? [] : [`${line.label} ${format(value)}`];
  });
  return `${dayWords(day)}: ${parts.join(", ") || "nothing"}`;
}

/** The chart as rows: a heading, then a row a day. */
export function chartRows(days: readonly Day[], lines: readonly Line[]): (string | number | null)[][] {
  return [["day", ...lines.map((line) => line.label)], ...days.map((day, at) => [day, ...lines.map((line) => line.values[at] ?? null)])];
}

/** Where to go by keys from a place of a chart. */
export function keyStep(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, PageUp: at - 30, PageDown: at + 30, Home: 0, End: last }[key];
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}
