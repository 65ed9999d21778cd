import type { Answer, Level, Schemas } from "../../api/client";
import type { RateRow } from "../../charts/rate_plot";
import type { Curve } from "../../charts/xy_data";
import { kLevels, levelLabel, levelSign } from "../../ui/words";

export type Calibration = Answer<"/api/v1/calibrations/{day}">;
export type Churn = Answer<"/api/v1/evidence/churn">;
export type Tested = Schemas["TestedDefinition"];

/** How often each level went silent, from the top down. */
export function levelRates(byLevel: Record<string, Schemas["Rate"] | undefined>): RateRow[] {
  return kLevels.flatMap((level) => {
    const rate = byLevel[level];
    return rate && level !== "inactive" ? [{ label: `${levelSign(level)} ${levelLabel(level)}`, colour: `--${level}`, ...rate }] : [];
  });
}

/** The share that went silent by points: each dot stands for accounts alike in points. */
export function riskCurve(calibration: Calibration): Curve {
  return {
    label: "Went silent",
    colour: "--accent",
    isLine: false,
    points: (calibration.evidence?.curve ?? []).map((stretch) => ({
      x: (stretch.from + stretch.to) / 2000,
      y: stretch.rate.share,
      least: stretch.rate.least,
      most: stretch.rate.most,
      words: `${stretch.rate.left} of ${stretch.rate.all}`,
    })),
  };
}

export function survivalCurves(survival: Churn["survival"]): Curve[] {
  return kLevels.flatMap((level: Level) => {
    const curve = survival[level];
    const first = curve?.[0];
    // Where nobody was watched that long there is nothing to draw.
    if (!curve || !first || (first.at_risk === 0 && first.share === 1)) return [];
    return [
      {
        label: levelLabel(level),
        colour: `--${level}`,
        isLine: true,
        points: [{ x: 0, y: 1 }, ...curve.map((at) => ({ x: at.days, y: at.share, words: `${at.at_risk} still watched` }))],
      },
    ];
  });
}

/** Foretold against come true: on the diagonal a probability keeps its word. */
export function reliability(tested: Tested): Curve {
  return {
    label: "Accounts alike in probability",
    colour: "--accent",
    isLine: false,
    points: tested.calibration.map((bin) => ({ x: bin.mean_probability, y: bin.share_left, words: `${bin.count} snapshots` })),
  };
}

/** How a predictor did, the best first. */
export function predictors(tested: Tested): { name: string; auc: number | null; lift: number | null; precision: number | null }[] {
  const names: Record<string, string> = {
    score: "Score",
    probability: "Probability of silence",
    actions: "Number of actions alone",
    "engaged days": "Number of engaged days alone",
    recency: "Days since last seen alone",
  };
  return Object.entries(tested.predictors)
    .map(([name, figures]) => ({ name: names[name] ?? name, auc: figures.auc, lift: figures.lift, precision: figures.average_precision }))
    .sort((a, b) => (b.auc ?? 0) - (a.auc ?? 0));
}
