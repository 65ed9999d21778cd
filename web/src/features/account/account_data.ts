import type { Answer, Day, Level } from "../../api/client";
import type { Line } from "../../charts/chart_data";
import type { Band, Marker } from "../../charts/time_chart";
import { counted, dayWords, levelLabel, userWords } from "../../ui/words";

export type Account = Answer<"/api/v1/accounts/{id}">;
export type Series = Answer<"/api/v1/accounts/{id}/series">;
export type Explanation = Answer<"/api/v1/accounts/{id}/explanation">;

/** What made a part of a difference, down to the days. */
export interface LedgerRow {
  cause: string;
  who: string;
  /** Whose events they are; none where they may be anybody's. */
  user: string | undefined;
  what: string;
  milli: number;
  parts: { day: Day; words: string; milli: number | undefined }[];
}

/** Every milli-point between two days, biggest first. What the rows hold adds up to the difference. */
export function ledgerRows(explanation: Explanation): LedgerRow[] {
  const rows: LedgerRow[] = [];
  const ofActions = (cause: string, sign: 1 | -1, parts: Explanation["earned"]["actions"]) => {
    const groups = new Map<string, LedgerRow>();
    for (const part of parts) {
      const key = `${part.action}\n${part.user_id}`;
      const row = groups.get(key) ?? { cause, who: userWords(part.user_id), user: part.user_id, what: part.action, milli: 0, parts: [] };
      row.milli += sign * part.milli_points;
      row.parts.push({ day: part.day, words: counted(part.count, "time", "times"), milli: sign * part.milli_points });
      groups.set(key, row);
    }
    rows.push(...groups.values());
  };
  const ofDays = (cause: string, sign: 1 | -1, days: readonly string[], milli: number) => {
    if (days.length === 0 && milli === 0) return;
    const each = days.length > 0 ? milli / days.length : 0;
    rows.push({
      cause,
      who: "",
      user: undefined,
      what: `Engaged days: ${days.length}`,
      milli: sign * milli,
      parts: days.map((day) => ({ day, words: "an engaged day", milli: Number.isInteger(each) ? sign * each : undefined })),
    });
  };
  ofActions("Earned", 1, explanation.earned.actions);
  ofDays("Earned", 1, explanation.earned.engaged_days, explanation.earned.engaged_days_milli_points);
  ofActions("Expired", -1, explanation.expired.actions);
  ofDays("Expired", -1, explanation.expired.engaged_days, explanation.expired.engaged_days_milli_points);
  const plain = (cause: string, what: string, milli: number) => {
    if (milli !== 0) rows.push({ cause, who: "", user: undefined, what, milli, parts: [] });
  };
  for (const term of explanation.standing) plain("Standing", term.label, term.milli_points);
  for (const term of explanation.definition) plain("Definition", term.label, term.milli_points);
  plain("Merge", "Accounts were merged or parted", explanation.merge_milli_points);
  plain("Late events", `Of days up to ${dayWords(explanation.from.day)}, which came after it was published`, explanation.late_milli_points);
  plain("Not known then", `Came after ${dayWords(explanation.to.day)} was published`, explanation.unknown_milli_points);
  return rows.sort((a, b) => Math.abs(b.milli) - Math.abs(a.milli));
}

export const ledgerSum = (rows: readonly LedgerRow[]): number => rows.reduce((sum, row) => sum + row.milli, 0);

/** The points of each day, over the levels as they lay then. */
export function scoreChart(series: Series): { days: Day[]; lines: Line[]; bands: Band[] } {
  const days = series.days.map((entry) => entry.day);
  const low = series.days.map((entry) => (entry.cuts ? entry.cuts.low_milli_points / 1000 : null));
  const high = series.days.map((entry) => (entry.cuts ? entry.cuts.high_milli_points / 1000 : null));
  return {
    days,
    lines: [{ label: "Points", values: series.days.map((entry) => entry.milli_points / 1000), colour: "--ink", width: 1.8 }],
    bands: [
      { from: null, to: low, fill: "--low-fill" },
      { from: low, to: high, fill: "--medium-fill" },
      { from: high, to: null, fill: "--high-fill" },
    ],
  };
}

const kShades = ["--part-1", "--part-2", "--part-3", "--part-4", "--part-5", "--part-6"];

/** The points of each day by what they come from: the largest parts by themselves, the rest together. */
export function partsChart(series: Series): { days: Day[]; lines: Line[] } {
  const own = series.parts.length <= kShades.length ? series.parts.length : kShades.length - 1;
  const lines: Line[] = series.parts.slice(0, own).map((label, at) => ({
    label,
    values: series.days.map((day) => (day.parts[at] ?? 0) / 1000),
    colour: kShades[at] ?? "--ink",
    fill: kShades[at] ?? "--ink",
    width: 0.5,
  }));
  if (own < series.parts.length) {
    lines.push({
      label: "Everything else",
      values: series.days.map((day) => day.parts.slice(own).reduce((sum, part) => sum + part, 0) / 1000),
      colour: "--part-6",
      fill: "--part-6",
      width: 0.5,
    });
  }
  return { days: series.days.map((entry) => entry.day), lines };
}

/** Since when days were published under another definition. */
export function versionMarkers(versions: readonly { from: Day; version: string }[], from: Day): Marker[] {
  return versions
    .slice(1)
    .filter((version) => version.from >= from)
    .map((version) => ({ day: version.from, label: `Definition ${version.version.slice(0, 7)}`, colour: "--ink" }));
}

export function changeMarkers(account: Account, from: Day): Marker[] {
  return account.changes
    .filter((change) => change.day >= from)
    .map((change) => ({
      day: change.day,
      label: `${levelLabel(change.from as Level)} to ${levelLabel(change.to as Level)}`,
      colour: `--${change.to}`,
    }));
}

export interface Person {
  id: string;
  role: string;
  share: number | undefined;
  milli: number;
  actions: number;
  events: number;
  days: number;
  lastDay: Day | undefined;
  /** Earned a third or more, then fell silent. */
  isSilentChampion: boolean;
}

/** Who does what in the account, the largest share of points first. */
export function people(account: Account, explanation: Explanation | undefined): Person[] {
  const carried = new Map((explanation?.carriers ?? []).map((carrier) => [carrier.user_id, carrier]));
  const champions = new Map((explanation?.silent_champions ?? []).map((champion) => [champion.user_id, champion]));
  const all = (explanation?.carriers ?? []).reduce((sum, carrier) => sum + carrier.milli_points, 0);
  const known = new Map(account.users.map((user) => [user.user_id, user]));
  const ids = new Set([...known.keys(), ...carried.keys(), ...champions.keys()]);
  return [...ids]
    .map((id): Person => {
      const user = known.get(id);
      const carrier = carried.get(id);
      return {
        id,
        role: user?.role ?? "",
        milli: carrier?.milli_points ?? 0,
        share: all > 0 ? (carrier?.milli_points ?? 0) / all : undefined,
        actions: user?.actions ?? 0,
        events: user?.events ?? 0,
        days: user?.days ?? 0,
        lastDay: carrier?.last_day ?? champions.get(id)?.last_day ?? user?.last_day,
        isSilentChampion: champions.has(id),
      };
    })
    .sort((a, b) => b.milli - a.milli || b.actions - a.actions || b.events - a.events || (a.id < b.id ? -1 : 1));
}

export interface Use {
  label: string;
  now: { milli: number; count: number } | undefined;
  before: { milli: number; count: number } | undefined;
  earlier: { milli: number; count: number } | undefined;
}

/** What the points come from, now and in the two windows before: dropped ones stay in sight. */
export function uses(account: Account): Use[] {
  const [before, earlier] = account.terms_before;
  const labels = new Set([account, before, earlier].flatMap((window) => (window?.terms ?? []).map((term) => term.label)));
  const of = (window: { terms: Account["terms"] } | undefined, label: string) => {
    const term = window?.terms.find((other) => other.label === label);
    return term && { milli: term.milli_points, count: term.count };
  };
  return [...labels]
    .map((label) => ({ label, now: of(account, label), before: of(before, label), earlier: of(earlier, label) }))
    .sort((a, b) => (b.now?.milli ?? 0) - (a.now?.milli ?? 0) || (b.before?.milli ?? 0) - (a.before?.milli ?? 0));
}

/** From which share of the others on an action is said to be usual. */
export const kUsual = 0.5;

export interface Peers {
  words: string;
  rates: { action: string; share: number; median: number }[];
}

const kFewPeers = 5;

/** Whom an account is held against: those a level above it, of the highest those beside it; where they are few, all. */
export function peersOf(use: Answer<"/api/v1/use">, level: Level): Peers | undefined {
  const better: Level = level === "high" || level === "medium" ? "high" : "medium";
  const isEnough = use.levels[better] >= kFewPeers;
  const all = isEnough ? use.levels[better] : use.accounts;
  if (all < kFewPeers) return undefined;
  return {
    words: isEnough ? `Accounts in ${levelLabel(better)}` : "Active accounts",
    rates: use.actions.map((one) => {
      const rate = isEnough ? one.levels[better] : one.all;
      return { action: one.action, share: rate.accounts / all, median: rate.median_count };
    }),
  };
}

/** `for 2 years`, `for 5 months`, `for 12 days` */
export function tenureWords(days: number): string {
  if (days >= 730) return `for ${Math.floor(days / 365)} years`;
  if (days >= 60) return `for ${Math.floor(days / 30.44)} months`;
  return `for ${counted(days, "day", "days")}`;
}

/** The two days of the ledger: those somebody chose; else the day shown and the one it is compared with. */
export function ledgerDays(
  from: Day | undefined,
  to: Day | undefined,
  compared: { from: Day | undefined; to: Day | undefined },
): { from: Day | undefined; to: Day | undefined; isChosen: boolean } {
  return from && to && from < to ? { from, to, isChosen: true } : { ...compared, isChosen: false };
}
