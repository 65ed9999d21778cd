export interface XyPoint {
  x: number;
  y: number;
  least?: number;
  most?: number;
  words?: string;
}

export interface Curve {
  label: string;
  colour: string;
  isLine: boolean;
  points: readonly XyPoint[];
}

/** Round figures from 0 up to `most`, about so many. */
export function ticksUpTo(most: number, about: number): number[] {
  const rough = most / about;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) ?? 10) * size;
  const count = Math.floor(most / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Round figures on an axis whose small values lie further apart. */
export function rootedTicks(most: number): number[] {
  const ticks = [0.02, 0.1, 0.25, 0.5, 1].map((part) => {
    const value = part * most;
    const size = 10 ** Math.floor(Math.log10(value));
    return Math.floor(value / size) * size;
  });
  // As far apart as their words are wide.
  const kApart = 0.08;
  const place = (value: number) => Math.sqrt(value / most);
  return ticks.reduce<number[]>((kept, tick) => (place(tick) - place(kept.at(-1) ?? 0) < kApart ? kept : [...kept, tick]), [0]);
}

/** Heights of labels, moved so that none covers another, and none lies below `lowest`. */
export function apart(heights: readonly number[], least: number, lowest: number): number[] {
  const order = [...heights.keys()].sort((a, b) => (heights[a] ?? 0) - (heights[b] ?? 0));
  const moved = [...heights];
  for (let at = 1; at < order.length; ++at) {
    const above = moved[order[at - 1] ?? 0] ?? 0;
    const here = order[at] ?? 0;
    moved[here] = Math.max(moved[here] ?? 0, above + least);
  }
  let below = lowest + least;
  for (const here of order.reverse()) {
    moved[here] = Math.min(moved[here] ?? 0, below - least);
    below = moved[here] ?? 0;
  }
  return moved;
}

/** The curves as rows, by x: a heading, then a row an x. */
export function xyRows(xLabel: string, curves: readonly Curve[]): (string | number | null)[][] {
  const xs = [...new Set(curves.flatMap((curve) => curve.points.map((point) => point.x)))].sort((a, b) => a - b);
  return [
    [xLabel, ...curves.map((curve) => curve.label)],
    ...xs.map((x) => [x, ...curves.map((curve) => curve.points.find((point) => point.x === x)?.y ?? null)]),
  ];
}
