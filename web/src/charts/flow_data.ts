import type { Level } from "../api/client";

export interface FlowLink {
  from: Level | "new";
  to: Level;
  value: number;
}

/** How many accounts of each level stand at each level now. */
export type Matrix = Partial<Record<string, Partial<Record<Level, number>>>>;

/** Everybody who moved, by where from and where to. */
export function flowLinks(matrix: Matrix): FlowLink[] {
  return Object.entries(matrix).flatMap(([from, row]) =>
    Object.entries(row ?? {})
      .filter(([to, count]) => to !== from && (count ?? 0) > 0)
      .map(([to, count]) => ({ from: from as Level | "new", to: to as Level, value: count ?? 0 })),
  );
}
