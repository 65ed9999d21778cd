import { expect, it } from "vitest";
import { levelRates, predictors, survivalCurves, type Tested } from "./evidence_data";

const rate = (left: number, all: number) => ({ left, all, share: left / all, least: 0, most: 1 });

it("puts the rates of levels from the top down, without inactive ones", () => {
  expect(levelRates({ low: rate(5, 10), high: rate(0, 10), inactive: rate(1, 1) }).map((row) => [row.label, row.share])).toEqual([
    ["▲ High", 0],
    ["▼ Low", 0.5],
  ]);
});

it("begins survival with everybody", () => {
  const curves = survivalCurves({ low: [{ days: 30, share: 0.9, at_risk: 20 }], high: [] });
  expect(curves.map((curve) => [curve.label, curve.points.map((point) => point.y)])).toEqual([["Low", [1, 0.9]]]);
});

it("puts the best predictor first", () => {
  const of = (auc: number | null) => ({ auc, average_precision: null, lift: null });
  expect(predictors({ predictors: { score: of(0.8), recency: of(0.9), odd: of(null) } } as unknown as Tested).map((one) => one.name)).toEqual([
    "Days since last seen alone",
    "Score",
    "odd",
  ]);
});
