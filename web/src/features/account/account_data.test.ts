import { describe, expect, it } from "vitest";
import {
  peersOf,
  ledgerRows,
  ledgerSum,
  partsChart,
  people,
  tenureWords,
  uses,
  versionMarkers,
  type Account,
  type Explanation,
} from "./account_data";

const stand = (day: string, milli_points: number) => ({
  day,
  milli_points,
  is_published: true,
  display: null,
  level: null,
  calibration: null,
  cuts: null,
});

const explanation: Explanation = {
  account_id: "north",
  from: stand("2026-03-01", 100_000),
  to: stand("2026-03-17", 55_500),
  milli_points: -44_500,
  reason: "",
  words: [],
  earned: {
    actions: [{ day: "2026-03-05", action: "Report", user_id: "ben", count: 2, milli_points: 7_000 }],
    engaged_days: ["2026-03-05"],
    engaged_days_milli_points: 1_000,
  },
  expired: {
    actions: [
      { day: "2026-02-01", action: "Report", user_id: "ana", count: 9, milli_points: 30_000 },
      { day: "2026-02-02", action: "Report", user_id: "ana", count: 4, milli_points: 20_000 },
    ],
    engaged_days: ["2026-02-01", "2026-02-02"],
    engaged_days_milli_points: 2_000,
  },
  standing: [{ label: "Plan", milli_points: 500 }],
  definition: [],
  merge_milli_points: 0,
  late_milli_points: -1_000,
  unknown_milli_points: 0,
  carriers: [
    { user_id: "ben", milli_points: 7_000, last_day: "2026-03-05" },
    { user_id: "", milli_points: 3_000, last_day: "2026-03-01" },
  ],
  silent_champions: [{ user_id: "ana", share: 0.71, last_day: "2026-02-02" }],
  dropped: [],
  adopted: [],
};

const account = {
  users: [
    { user_id: "ben", role: "admin", actions: 2, events: 5, days: 1, last_day: "2026-03-05" },
    { user_id: "cy", role: "", actions: 0, events: 1, days: 1, last_day: "2026-03-02" },
  ],
  terms: [{ label: "Report", count: 2, days: 1, milli_points: 7_000, since: null }],
} as unknown as Account;

describe("ledger", () => {
  const rows = ledgerRows(explanation);
  it("adds up to the difference", () => expect(ledgerSum(rows)).toBe(explanation.milli_points));
  it("shows what is biggest first, by action and user", () => {
    expect(rows.map((row) => [row.cause, row.what, row.who, row.milli])).toEqual([
      ["Expired", "Report", "ana", -50_000],
      ["Earned", "Report", "ben", 7_000],
      ["Expired", "Engaged days: 2", "", -2_000],
      ["Earned", "Engaged days: 1", "", 1_000],
      ["Late events", "Of days up to 1 Mar 2026, which came after it was published", "", -1_000],
      ["Standing", "Plan", "", 500],
    ]);
  });
  it("goes down to the days", () => {
    expect(rows[0]?.parts).toEqual([
      { day: "2026-02-01", words: "9 times", milli: -30_000 },
      { day: "2026-02-02", words: "4 times", milli: -20_000 },
    ]);
  });
});

it("puts people by their share, and keeps a silent champion in sight", () => {
  const found = people(account, explanation);
  expect(found.map((person) => [person.id, person.share, person.isSilentChampion])).toEqual([
    ["ben", 0.7, false],
    ["", 0.3, false],
    ["cy", 0, false],
    ["ana", 0, true],
  ]);
});

it("puts the smallest parts together, and loses none", () => {
  const series = {
    account_id: "north",
    version: "v",
    parts: ["a", "b", "c", "d", "e", "f", "g"],
    days: [
      { day: "2026-03-01", milli_points: 28_000, parts: [7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000], level: null, display: null, cuts: null },
    ],
  };
  const { lines } = partsChart(series);
  expect(lines.map((line) => line.label)).toEqual(["a", "b", "c", "d", "e", "Everything else"]);
  expect(lines.reduce((sum, line) => sum + (line.values[0] ?? 0), 0)).toBe(28);
});

it("marks days from which another definition held", () => {
  const versions = [
    { from: "2026-01-01", version: "aaaaaaaaa" },
    { from: "2026-03-01", version: "bbbbbbbbb" },
  ];
  expect(versionMarkers(versions, "2026-02-01").map((marker) => [marker.day, marker.label])).toEqual([["2026-03-01", "Definition bbbbbbb"]]);
});

it("keeps what is no longer used", () => {
  const before = { day: "2026-02-15", terms: [{ label: "Export", count: 3, days: 2, milli_points: 9_000, since: null }] };
  expect(uses({ ...account, terms_before: [before] }).map((use) => [use.label, use.now?.count, use.before?.count])).toEqual([
    ["Report", 2, undefined],
    ["Export", undefined, 3],
  ]);
});

it("says how long somebody has been a customer", () => {
  expect([3, 61, 800].map(tenureWords)).toEqual(["for 3 days", "for 2 months", "for 2 years"]);
});

it("holds an account against those a level above it, or all where they are few", () => {
  const rate = (accounts: number, median_count: number) => ({ accounts, median_count });
  const none = rate(0, 0);
  const use = (high: number) => ({
    day: "2026-03-31",
    accounts: 40,
    levels: { inactive: 0, none: 5, engaged: 0, low: 10, medium: 25 - high, high },
    actions: [
      { action: "Report", all: rate(20, 4), levels: { inactive: none, none, engaged: none, low: rate(4, 1), medium: rate(10, 3), high: rate(6, 9) } },
    ],
  });
  expect(peersOf(use(8), "medium")).toEqual({ words: "Accounts in High", rates: [{ action: "Report", share: 0.75, median: 9 }] });
  expect(peersOf(use(8), "low")?.words).toBe("Accounts in Medium");
  expect(peersOf(use(2), "high")).toEqual({ words: "Active accounts", rates: [{ action: "Report", share: 0.5, median: 4 }] });
  expect(peersOf({ ...use(0), accounts: 3 }, "high")).toBeUndefined();
});
