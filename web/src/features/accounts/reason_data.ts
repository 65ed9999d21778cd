import type { Day } from "../../api/client";
import { daysBetween, percent } from "../../ui/words";

const kLongSilence = 5;
const kFewDays = 3;

/** What the chance of silence of an account rests on. */
export interface RiskSigns {
  silent_days: number;
  habit_milli_days: number;
}

/** The line of a list that says why an account moved; with the signs of its risk, why it may leave. Points that rose are no
    reason for that. */
export function riskLine(
  explanation: {
    reason: string;
    milli_points: number;
    silent_champions: readonly { user_id: string; share: number; last_day: Day }[];
    to: { day: Day };
  },
  signs: RiskSigns | undefined,
): string {
  const { reason, milli_points } = explanation;
  if (!signs) return reason;
  const isFalling = milli_points < 0;
  if (signs.silent_days >= kLongSilence) {
    const silent = `Nobody seen for ${signs.silent_days} days`;
    return isFalling ? `${silent}; ${reason}` : silent;
  }
  if (isFalling || reason.includes("silent for")) return reason;
  const [champion] = explanation.silent_champions;
  if (champion) {
    const away = daysBetween(champion.last_day, explanation.to.day);
    return `${champion.user_id}, who earned ${percent(champion.share)} of its points, has been silent for ${away} days`;
  }
  const days = Math.max(1, Math.round(signs.habit_milli_days / 1000));
  const seen = signs.silent_days === 0 ? "seen on the last day" : `last seen ${signs.silent_days === 1 ? "a day" : `${signs.silent_days} days`} ago`;
  if (days > kFewDays) return `More points than before, but seldom here: a habit of ${days} days, ${seen}`;
  return `No habit yet: active on ${days === 1 ? "a single day" : `${days} days`} of late, ${seen}`;
}
