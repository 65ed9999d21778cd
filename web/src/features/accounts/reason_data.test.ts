import { expect, it } from "vitest";
import { riskLine } from "./reason_data";

it("says how long nobody was seen before points that rose", () => {
  const known = { silent_champions: [], to: { day: "2026-03-17" } };
  const rose = { ...known, reason: "Code: 3 points earned, 0 expired", milli_points: 3_000 };
  const fell = { ...known, reason: "Export: not used since 3 Mar 2026", milli_points: -9_000 };
  const few = (silent_days: number) => ({ silent_days, habit_milli_days: 1_200 });
  const steady = (silent_days: number) => ({ silent_days, habit_milli_days: 22_000 });
  expect(riskLine(rose, steady(12))).toBe("Nobody seen for 12 days");
  expect(riskLine(fell, steady(12))).toBe("Nobody seen for 12 days; Export: not used since 3 Mar 2026");
  expect(riskLine(rose, steady(1))).toBe("More points than before, but seldom here: a habit of 22 days, last seen a day ago");
  const away = { ...rose, silent_champions: [{ user_id: "ben", share: 0.67, last_day: "2026-02-19" }] };
  expect(riskLine(away, steady(1))).toBe("ben, who earned 67 % of its points, has been silent for 26 days");
  expect(riskLine(rose, few(1))).toBe("No habit yet: active on a single day of late, last seen a day ago");
  expect(riskLine(rose, few(0))).toBe("No habit yet: active on a single day of late, seen on the last day");
  expect(riskLine(fell, few(1))).toBe(fell.reason);
  expect(riskLine(rose, undefined)).toBe(rose.reason);
  expect(riskLine({ ...known, reason: "Ana, who earned 71 % of its points, has been silent for 12 days", milli_points: -5 }, steady(12))).toMatch(
    /^Nobody seen for 12 days; Ana/,
  );
});
