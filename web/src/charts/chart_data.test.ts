import { describe, expect, it } from "vitest";
import { chartRows, keyStep, readOut, stacked, type Line } from "./chart_data";

const days = ["2026-03-16", "2026-03-17"];
const lines: Line[] = [
  { label: "High", values: [1, 2], colour: "--high" },
  { label: "Low", values: [10, null], colour: "--low" },
];

describe("chart data", () => {
  it("puts each line on those after it", () => {
    expect(stacked(lines).map((line) => line.values)).toEqual([
      [11, 2],
      [10, null],
    ]);
  });
  it("reads out a day", () => {
    expect(readOut(days, lines, 0, String)).toBe("16 Mar 2026: High 1, Low 10");
    expect(readOut(days, lines, 1, String)).toBe("17 Mar 2026: High 2");
    expect(readOut(days, lines, 5, String)).toBe("");
  });
  it("becomes a table", () => {
    expect(chartRows(days, lines)).toEqual([
      ["day", "High", "Low"],
      ["2026-03-16", 1, 10],
      ["2026-03-17", 2, null],
    ]);
  });
  it("moves by keys, and no further than its ends", () => {
    expect(keyStep("ArrowLeft", 0, 10)).toBe(0);
    expect(keyStep("End", 3, 10)).toBe(9);
    expect(keyStep("PageDown", 3, 100)).toBe(33);
    expect(keyStep("x", 3, 10)).toBeUndefined();
  });
});
