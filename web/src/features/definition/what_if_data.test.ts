import { expect, it } from "vitest";
import { historyLines, levelPairs, verdict } from "./what_if_data";

const counts = (high: number, low: number) => ({ high, medium: 0, low, engaged: 0, none: 0, inactive: 9 });

it("pairs levels that anybody has", () => {
  expect(levelPairs(counts(1, 2), counts(0, 3)).map((pair) => pair.level)).toEqual(["high", "low", "inactive"]);
});

it("draws active levels over time", () => {
  const drawn = historyLines([{ day: "2026-03-01", accounts: counts(1, 2) }], [{ day: "2026-03-01", accounts: counts(0, 3) }], "becomes");
  expect(drawn.lines.map((line) => [line.label, line.values])).toEqual([["Low", [3]]]);
});

it("says nothing of differences too small to matter", () => {
  expect([verdict(0.8, 0.801), verdict(0.8, 0.9), verdict(0.9, 0.8), verdict(null, 0.8)]).toEqual(["alike", "better", "worse", "alike"]);
});
