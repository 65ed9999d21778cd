import type { Day, Level } from "../api/client";

/** How figures, days and levels are spelled: one place for all pages. */

export const kLevels: readonly Level[] = ["high", "medium", "low", "engaged", "none", "inactive"];
/** From the top down, without those that only exist before the first calibration. */
export const kShownLevels: readonly Level[] = ["high", "medium", "low", "none", "inactive"];

const kSigns: Record<Level, string> = { high: "▲", medium: "●", low: "▼", engaged: "◆", none: "○", inactive: "–" };
const kLabels: Record<Level, string> = {
  high: "High",
  medium: "Medium",
  low: "Low",
  engaged: "Engaged",
  none: "None",
  inactive: "Inactive",
};

export const levelSign = (level: Level): string => kSigns[level];
export const levelLabel = (level: Level): string => kLabels[level];

/** Higher is more engaged; `engaged` stands where there is no calibration yet. */
export const levelRank = (level: Level): number => kLevels.length - kLevels.indexOf(level);

const kWhole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const kTenth = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export const number = (value: number): string => kWhole.format(value);

/** `+3`, `−5`, `0` */
export function signed(value: number, format: (value: number) => string = number): string {
  const text = format(Math.abs(value));
  if (text === "0") return "0";
  return value > 0 ? `+${text}` : `−${text}`;
}

/** Thousandths of a point, as points with at most one decimal. */
export const points = (milli: number): string => kTenth.format(milli / 1000);
export const signedPoints = (milli: number): string => signed(milli, points);

/** Without decimals, unless below ten. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) return "under 0.1 %";
  return `${value < 9.95 ? kTenth.format(value) : kWhole.format(value)} %`;
}

export const counted = (count: number, one: string, many: string): string => `${number(count)} ${count === 1 ? one : many}`;

const kDayMs = 86_400_000;
const asDate = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const kShort = format({ day: "numeric", month: "short", year: "numeric" });
const kLong = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const kWeekday = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const kMonth = format({ month: "short", year: "numeric" });
const kDayMonth = format({ day: "numeric", month: "short" });

/** `17 Mar 2026` */
export const dayWords = (day: Day): string => kShort.format(asDate(day)).replace("Sept", "Sep");
/** `Tuesday 17 March 2026` */
export const longDay = (day: Day): string => kLong.format(asDate(day)).replace(",", "");
/** `Tue 17 Mar 2026` */
export const shortDay = (day: Day): string => kWeekday.format(asDate(day)).replace(",", "").replace("Sept", "Sep");
export const monthWords = (day: Day): string => kMonth.format(asDate(day)).replace("Sept", "Sep");
export const dayAndMonth = (day: Day): string => kDayMonth.format(asDate(day)).replace("Sept", "Sep");

export const plusDays = (day: Day, days: number): Day => new Date(asDate(day).getTime() + days * kDayMs).toISOString().slice(0, 10);
export const daysBetween = (from: Day, to: Day): number => Math.round((asDate(to).getTime() - asDate(from).getTime()) / kDayMs);
export const secondsOf = (day: Day): number => asDate(day).getTime() / 1000;
export const dayOfSeconds = (seconds: number): Day => new Date(seconds * 1000).toISOString().slice(0, 10);

/** `2 h ago`, and beyond a week the day. */
export function agoWords(instant: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(instant)) / 1000);
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 7 * 86_400) return counted(Math.floor(seconds / 86_400), "day ago", "days ago");
  return dayWords(instant.slice(0, 10));
}

/** `Monday`, within the week; else `7 days before`. */
export const comparedWords = (days: number): string =>
  days === 1 ? "the day before" : days === 7 ? "a week before" : days === 30 ? "30 days before" : `${number(days)} days before`;

/** A value of an account as money without a currency: `4,200`. */
export const value = (amount: number): string => kWhole.format(amount);

/** What a user is called, where an event named none. */
export const userWords = (user: string): string => user || "somebody without a user id";

/** The server's words begin small, as errors of commands do. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
