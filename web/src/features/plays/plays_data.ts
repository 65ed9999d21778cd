import type { Schemas } from "../../api/client";
import { counted, number, plusDays } from "../../ui/words";

export type Play = Schemas["Play"];
export type Firing = Schemas["Firing"];

/** What a preview says in a sentence. */
export function previewWords(preview: { due: number; held_out: number; most_in_a_week: number }, days: number): string {
  const when = `Over the last ${number(days)} days`;
  if (preview.due + preview.held_out === 0) return `${when} it would never have been due.`;
  const held = preview.held_out > 0 ? `, and ${number(preview.held_out)} held out` : "";
  return `${when} it would have been due for ${counted(preview.due, "account", "accounts")}${held}: ${number(preview.most_in_a_week)} at most within a week.`;
}

/** How many were due in each week up to the last day, the oldest first. */
export function weekly(firings: readonly { day: string; is_held_out: boolean }[], to: string, weeks: number): { from: string; due: number }[] {
  return Array.from({ length: weeks }, (_, at) => {
    const last = plusDays(to, -7 * (weeks - 1 - at));
    const from = plusDays(last, -6);
    return { from, due: firings.filter((one) => !one.is_held_out && one.day >= from && one.day <= last).length };
  });
}

/** Whose accounts there is something to do for, in order. */
export const ownersOf = (firings: readonly Firing[]): string[] =>
  [...new Set(firings.map((one) => one.owner).filter((owner): owner is string => owner !== null))].sort();
