import type { Answer, Day, Level } from "../../api/client";
import type { Line } from "../../charts/chart_data";
import { comparedWords, counted, dayWords, kLevels, levelLabel, levelRank, number, percent, plusDays } from "../../ui/words";

export type Overview = Answer<"/api/v1/overview">;
export type Movement = Answer<"/api/v1/movement">;

/** The day compared with: so many days before, but no earlier than the first published one. */
export function comparedDay(day: Day, days: number, first: Day): Day | undefined {
  if (day <= first) return undefined;
  const from = plusDays(day, -days);
  return from < first ? first : from;
}

/** `5 accounts fell, 4 rose, 2 went silent`: what happened, the news first. */
export function headline(movement: Movement): string {
  const parts: string[] = [];
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(parts.length === 0 ? `${counted(count, "account", "accounts")} ${words}` : `${number(count)} ${words}`);
  };
  add(movement.fell, "fell");
  add(movement.rose, "rose");
  add(movement.went_silent, "went silent");
  add(movement.came_back, "came back");
  add(movement.new, movement.new === 1 ? "is new" : "are new");
  if (parts.length === 0) return "Nobody moved";
  const last = parts.pop();
  return parts.length === 0 ? `${last}` : `${parts.join(", ")} and ${last}`;
}

/** A level's count then and now. */
export interface LevelNow {
  level: Level;
  now: number;
  before: number | undefined;
}

/** Levels that have any account, or had, from the top down. */
export function levelsNow(overview: Overview, movement: Movement | undefined): LevelNow[] {
  return kLevels.flatMap((level) => {
    const now = overview.levels[level];
    const before = movement ? Object.values(movement.matrix[level] ?? {}).reduce((sum, count) => sum + count, 0) : undefined;
    return now > 0 || (before ?? 0) > 0 ? [{ level, now, before }] : [];
  });
}

/** Accounts of each level over the weeks, the highest level on top; inactive ones are not drawn. */
export function levelLines(overview: Overview): { days: Day[]; lines: Line[] } {
  const lines = kLevels
    .filter((level) => level !== "inactive" && overview.weeks.some((week) => week.levels[level] > 0))
    .map((level) => ({
      label: levelLabel(level),
      values: overview.weeks.map((week) => week.levels[level]),
      colour: `--${level}`,
      fill: `--${level}-fill`,
    }));
  return { days: overview.weeks.map((week) => week.day), lines };
}

export type Mover = Movement["accounts"][number];

/** Who fell furthest first, then who rose furthest; alike ones by points. */
export function orderedMovers(movers: readonly Mover[]): Mover[] {
  const step = (mover: Mover) => (mover.from === null ? 0 : levelRank(mover.to) - levelRank(mover.from));
  const points = (mover: Mover) => mover.milli_points_to - mover.milli_points_from;
  return [...movers].sort((a, b) => {
    const fallen = Number(step(b) < 0) - Number(step(a) < 0);
    return fallen || Math.abs(step(b)) - Math.abs(step(a)) || points(a) - points(b) || (a.account_id < b.account_id ? -1 : 1);
  });
}

type RiskRow = Answer<"/api/v1/risk">["accounts"][number];
type ListedRow = Answer<"/api/v1/accounts">["data"][number];

/** An account that needs somebody: one that may fall silent, or just did. */
export interface Needy {
  row: RiskRow | ListedRow;
  /** None: it is silent already. */
  risk: RiskRow | undefined;
  worth: number | undefined;
  atStake: number;
}

/** Both kinds in one order, by what is at stake: the chance, which is 1 for who is silent, times a value, or times the points now
    or a month before; where neither is asked for, by the chance alone, and who is silent first. */
export function needy(risks: readonly RiskRow[], silent: readonly ListedRow[], worth: string | undefined, byPoints: boolean): Needy[] {
  const valueOf = (row: ListedRow): number | undefined => {
    const held = worth === undefined ? undefined : row.properties?.[worth];
    const amount = held === null || held === undefined ? Number.NaN : Number(held);
    return Number.isFinite(amount) ? amount : undefined;
  };
  const all: Needy[] = [
    ...risks.map((row) => ({ row, risk: row, worth: row.value ?? undefined, atStake: row.at_stake })),
    ...silent.map((row) => {
      const value = valueOf(row);
      const had = Math.max(row.milli_points, row.milli_points_before) / 1000;
      return { row, risk: undefined, worth: value, atStake: byPoints ? had : worth === undefined ? 1 : (value ?? 0) };
    }),
  ];
  return all.sort((a, b) => b.atStake - a.atStake || (a.row.account_id < b.row.account_id ? -1 : 1));
}

/** How well "low" told who would leave, in a sentence; undefined where there is no evidence yet. */
export function predictionWords(overview: Overview): { times: string | undefined; low: string; rest: string } | undefined {
  const evidence = overview.calibration?.evidence;
  if (!evidence || evidence.low.all === 0 || evidence.above_low.all === 0) return undefined;
  const low = evidence.low.share;
  const rest = evidence.above_low.share;
  return {
    times: rest > 0 && low > rest ? (low / rest >= 10 ? number(low / rest) : (low / rest).toFixed(1)) : undefined,
    low: percent(low),
    rest: percent(rest),
  };
}

/** What the figures stand beside: `compared with 18 Nov 2026, a week before`. */
export const comparisonWords = (from: Day, days: number, isClamped: boolean): string =>
  `compared with ${dayWords(from)}, ${isClamped ? "the first published day" : comparedWords(days)}`;
