import { expect, it } from "vitest";
import { needy } from "./overview_data";

const listed = (account_id: string, before: number, mrr?: number) => ({
  account_id,
  level: "inactive" as const,
  since: "2026-03-30",
  level_before: "medium" as const,
  is_ramping: false,
  milli_points: 0,
  display: 0,
  milli_points_before: before * 1000,
  properties: (mrr === undefined ? {} : { mrr: String(mrr) }) as Record<string, string>,
});
const risky = (account_id: string, probability: number, at_stake: number) => ({
  ...listed(account_id, 0),
  level: "low" as const,
  probability,
  habit_milli_days: 1000,
  tenure_days: 100,
  silent_days: 9,
  log_odds: null,
  similar: { left: 1, all: 2, least: 0, most: 1 },
  value: null,
  at_stake,
});

const ids = (...parts: Parameters<typeof needy>) => needy(...parts).map((one) => one.row.account_id);

it("ranks who fell silent among those who may, by what is at stake", () => {
  const silent = [listed("gone-large", 50, 900), listed("gone-small", 4, 10)];
  const risks = [risky("likely", 0.9, 30), risky("hardly", 0.1, 5)];
  expect(ids(risks, silent, undefined, true)).toEqual(["gone-large", "likely", "hardly", "gone-small"]);
  expect(ids(risks, silent, "mrr", false)).toEqual(["gone-large", "likely", "gone-small", "hardly"]);
  expect(ids([risky("a", 0.9, 0.9)], silent, undefined, false)).toEqual(["gone-large", "gone-small", "a"]);
  expect(needy(risks, [listed("unknown", 4)], "mrr", false).find((one) => one.row.account_id === "unknown")).toMatchObject({
    atStake: 0,
    risk: undefined,
  });
});
