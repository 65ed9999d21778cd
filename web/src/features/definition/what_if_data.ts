import type { Day, Level, Schemas } from "../../api/client";
import type { Line } from "../../charts/chart_data";
import { kLevels, levelLabel } from "../../ui/words";

export interface LevelPair {
  level: Level;
  before: number;
  after: number;
}

/** Accounts per level now and then; levels nobody has are left out. */
export function levelPairs(before: Schemas["LevelCounts"], after: Schemas["LevelCounts"]): LevelPair[] {
  return kLevels.map((level) => ({ level, before: before[level], after: after[level] })).filter((pair) => pair.before > 0 || pair.after > 0);
}

interface History {
  day: Day;
  accounts: Schemas["LevelCounts"];
}

/** Levels over time under the draft, as areas, with today's definition as dashed edges over them. */
export function historyLines(is: readonly History[], becomes: readonly History[], shows: "becomes" | "is"): { days: Day[]; lines: Line[] } {
  const shown = shows === "is" ? is : becomes;
  return {
    days: shown.map((entry) => entry.day),
    lines: kLevels
      .filter((level) => level !== "inactive" && shown.some((entry) => entry.accounts[level] > 0))
      .map((level) => ({
        label: levelLabel(level),
        values: shown.map((entry) => entry.accounts[level]),
        colour: `--${level}`,
        fill: `--${level}-fill`,
      })),
  };
}

/** How a figure of the backtest went: better, worse, or alike within what one can see. */
export function verdict(before: number | null, after: number | null, least = 0.002): "better" | "worse" | "alike" {
  if (before === null || after === null || Math.abs(after - before) < least) return "alike";
  return after > before ? "better" : "worse";
}

/** How many of a hundred pairs, one account that left and one that stayed, a score puts in the right order. */
export const pairsOf100 = (auc: number): string => (auc * 100).toFixed(1);
