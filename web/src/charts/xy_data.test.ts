import { expect, it } from "vitest";
import { apart, rootedTicks, ticksUpTo, xyRows } from "./xy_data";

it("puts ticks at round figures", () => {
  expect(ticksUpTo(1, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(ticksUpTo(0.83, 4)).toEqual([0, 0.25, 0.5, 0.75]);
  expect(ticksUpTo(365, 6)).toEqual([0, 100, 200, 300]);
});

it("puts rooted ticks within the axis", () => expect(rootedTicks(735)).toEqual([0, 10, 70, 300, 700]));

it("moves labels apart", () => expect(apart([50, 10, 12], 13, 45)).toEqual([45, 10, 23]));

it("joins curves by x", () => {
  const curve = (label: string, points: [number, number][]) => ({ label, colour: "", isLine: true, points: points.map(([x, y]) => ({ x, y })) });
  expect(
    xyRows("days", [
      curve("a", [[30, 0.9]]),
      curve("b", [
        [30, 0.8],
        [0, 1],
      ]),
    ]),
  ).toEqual([
    ["days", "a", "b"],
    [0, null, 1],
    [30, 0.9, 0.8],
  ]);
});
