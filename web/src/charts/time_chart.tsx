import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import uPlot from "uplot";
import type { Day } from "../api/client";
import { csvText, saveFile } from "../ui/copy";
import { dayAndMonth, dayOfSeconds, dayWords, monthWords, number, secondsOf } from "../ui/words";
import { chartRows, keyStep, readOut, stacked, type Line } from "./chart_data";

/** A stretch of values behind the lines, with a name at the right edge. */
export interface Band {
  /** A value a day where it begins and ends; null: to the edge. */
  from: readonly (number | null)[] | null;
  to: readonly (number | null)[] | null;
  fill: string;
}

/** Something that happened on a day. */
export interface Marker {
  day: Day;
  label: string;
  colour?: string;
}

interface Props {
  title: string;
  days: readonly Day[];
  lines: readonly Line[];
  isStacked?: boolean;
  bands?: readonly Band[];
  markers?: readonly Marker[];
  height?: number;
  format?: (value: number) => string;
  /** The least and most shown; else what the lines need. */
  range?: [number, number];
  selected?: { from: Day; to: Day } | undefined;
  /** Called with two days when the reader drags from one to the other. */
  onSelect?: (from: Day, to: Day) => void;
  onPick?: (day: Day) => void;
  legend?: ReactNode;
}

// The same each time, so that nothing is drawn anew for them.
const kNoBands: readonly Band[] = [];
const kNoMarkers: readonly Marker[] = [];

/** The present value of a token; colours as they are. */
function colourOf(element: Element, colour: string): string {
  return colour.startsWith("--") ? getComputedStyle(element).getPropertyValue(colour).trim() : colour;
}

/** Counts up when the colours of the page change, so that charts are drawn anew. */
function useTheme(): number {
  const [theme, setTheme] = useState(0);
  useEffect(() => {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const next = () => setTheme((now) => now + 1);
    dark.addEventListener("change", next);
    window.addEventListener("tidemark-theme", next);
    return () => {
      dark.removeEventListener("change", next);
      window.removeEventListener("tidemark-theme", next);
    };
  }, []);
  return theme;
}

function showSelection(chart: uPlot, selected: Props["selected"]): void {
  // Before its first drawing it knows no places.
  if (chart.status !== 1) return;
  if (!selected) {
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    return;
  }
  const most = chart.over.clientWidth;
  const left = Math.max(0, chart.valToPos(secondsOf(selected.from), "x"));
  const right = Math.min(most, chart.valToPos(secondsOf(selected.to), "x"));
  chart.setSelect({ left, top: 0, width: Math.max(0, right - left), height: chart.over.clientHeight }, false);
}

/** Values over days: by mouse a cursor and a selection, by keys the same, as a table, as CSV. */
export function TimeChart(props: Props) {
  const {
    title,
    days,
    lines,
    isStacked = false,
    bands = kNoBands,
    markers = kNoMarkers,
    height = 200,
    format = number,
    range,
    selected,
    onSelect,
    onPick,
    legend,
  } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const handlers = useRef({ onSelect, onPick });
  const chosen = useRef(selected);
  const tapped = useRef<Day | null>(null);
  chosen.current = selected;
  handlers.current = { onSelect, onPick };
  const [at, setAt] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [isTable, setTable] = useState(false);
  const theme = useTheme();
  const drawn = useMemo(() => (isStacked ? stacked(lines) : lines), [isStacked, lines]);

  useEffect(() => {
    const element = place.current;
    if (!element || isTable || days.length === 0) return;
    const soft = colourOf(element, "--soft");
    const rule = colourOf(element, "--line");
    const font = "12px system-ui, sans-serif";
    const isLong = days.length > 400;
    const options: uPlot.Options = {
      width: element.clientWidth,
      height,
      legend: { show: false },
      padding: [8, 4, 0, 0],
      scales: { x: { time: false }, y: range ? { range } : { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.05 : 1] } },
      cursor: {
        y: false,
        points: { show: !isStacked },
        drag: { x: onSelect !== undefined, y: false, setScale: false },
      },
      axes: [
        {
          stroke: soft,
          font,
          grid: { show: false },
          ticks: { show: false },
          gap: 6,
          size: 30,
          space: 80,
          values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick / 86_400) ? (isLong ? monthWords : dayAndMonth)(dayOfSeconds(tick)) : "")),
          incrs: [1, 2, 7, 14, 28, 56, 91, 182, 364].map((step) => step * 86_400),
        },
        {
          stroke: soft,
          font,
          grid: { stroke: rule, width: 1 },
          ticks: { show: false },
          gap: 4,
          size: 48,
          space: 36,
          values: (_, ticks) => ticks.map(format),
        },
      ],
      series: [
        {},
        ...drawn.map((line): uPlot.Series => ({
          label: line.label,
          stroke: colourOf(element, line.colour),
          width: line.width ?? 1.5,
          points: { show: false },
          ...(line.fill ? { fill: colourOf(element, line.fill) } : {}),
          ...(line.isDashed ? { dash: [4, 4] } : {}),
        })),
      ],
      hooks: {
        drawClear: [
          (chart) => {
            const { ctx, bbox } = chart;
            ctx.save();
            ctx.beginPath();
            ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
            ctx.clip();
            for (const band of bands) {
              ctx.fillStyle = colourOf(element, band.fill);
              const edge = (values: Band["from"], index: number, otherwise: number): number | null => {
                if (values === null) return otherwise;
                const value = values[index];
                return value === null || value === undefined ? null : chart.valToPos(value, "y", true);
              };
              for (let index = 0; index < days.length; ++index) {
                const begin = edge(band.from, index, bbox.top + bbox.height);
                const end = edge(band.to, index, bbox.top);
                if (begin === null || end === null) continue;
                const x = chart.valToPos(secondsOf(days[index] ?? "") - 43_200, "x", true);
                const next = chart.valToPos(secondsOf(days[index] ?? "") + 43_200, "x", true);
                ctx.fillRect(Math.floor(x), end, Math.ceil(next) - Math.floor(x), begin - end);
              }
            }
            ctx.restore();
          },
        ],
        draw: [
          (chart) => {
            const { ctx, bbox } = chart;
            ctx.save();
            for (const marker of markers) {
              const x = Math.round(chart.valToPos(secondsOf(marker.day), "x", true));
              if (x < bbox.left || x > bbox.left + bbox.width) continue;
              ctx.strokeStyle = colourOf(element, marker.colour ?? "--faint");
              ctx.fillStyle = ctx.strokeStyle;
              ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
              ctx.lineWidth = devicePixelRatio;
              ctx.beginPath();
              ctx.moveTo(x, bbox.top);
              ctx.lineTo(x, bbox.top + bbox.height);
              ctx.stroke();
              ctx.beginPath();
              ctx.arc(x, bbox.top + 4 * devicePixelRatio, 3.5 * devicePixelRatio, 0, 7);
              ctx.fill();
            }
            ctx.restore();
          },
        ],
        setCursor: [(chart) => setAt(chart.cursor.idx ?? null)],
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width < 3) return;
            const from = days[chart.posToIdx(left)];
            const to = days[chart.posToIdx(left + width)];
            if (from && to && from < to) handlers.current.onSelect?.(from, to);
          },
        ],
      },
    };
    options.hooks = { ...options.hooks, ready: [(chart) => showSelection(chart, chosen.current)] };
    const data: uPlot.AlignedData = [days.map(secondsOf), ...drawn.map((line) => [...line.values])];
    const made = new uPlot(options, data, element);
    plot.current = made;
    const click = () => {
      const index = made.cursor.idx;
      const day = index === null || index === undefined ? undefined : days[index];
      if (made.select.width >= 3) return;
      // A click clears what is selected; what was chosen stays.
      showSelection(made, chosen.current);
      if (!day) return;
      handlers.current.onPick?.(day);
      // Fingers scroll where a mouse drags: they tap the one day, then the other.
      if (!handlers.current.onSelect || !window.matchMedia("(pointer: coarse)").matches) return;
      const first = tapped.current;
      tapped.current = first === null ? day : null;
      setAnchor(first === null ? (index ?? null) : null);
      if (first !== null && first !== day) handlers.current.onSelect(first < day ? first : day, first < day ? day : first);
    };
    made.over.addEventListener("click", click);
    const resize = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height });
      showSelection(made, chosen.current);
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [days, drawn, isTable, height, theme, format, range?.[0], range?.[1], bands, markers, isStacked, onSelect !== undefined]);

  // What is selected stays visible, however it was selected. Not at every drawing: the one somebody drags just now is theirs.
  useEffect(() => {
    if (plot.current) showSelection(plot.current, chosen.current);
  }, [selected?.from, selected?.to]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const chart = plot.current;
    if (!chart) return;
    const now = at ?? days.length - 1;
    if (event.key === "Enter" && onSelect) {
      event.preventDefault();
      if (anchor === null) setAnchor(now);
      else {
        const from = days[Math.min(anchor, now)];
        const to = days[Math.max(anchor, now)];
        setAnchor(null);
        if (from && to && from < to) onSelect(from, to);
      }
      return;
    }
    const next = keyStep(event.key, now, days.length);
    const day = next === undefined ? undefined : days[next];
    if (next === undefined || day === undefined) return;
    event.preventDefault();
    setAt(next);
    chart.setCursor({ left: chart.valToPos(secondsOf(day), "x"), top: 0 }, false);
  };
  const words = at === null ? "" : readOut(days, lines, at, format);
  const markedHere = at === null ? [] : markers.filter((marker) => marker.day === days[at]);
  return (
    <figure className="chart">
      {isTable ? (
        <div className="chart-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th>Day</th>
                {lines.map((line) => (
                  <th key={line.label} className="num">
                    {line.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...days.keys()].reverse().map((index) => (
                <tr key={days[index]}>
                  <td>{dayWords(days[index] ?? "")}</td>
                  {lines.map((line) => {
                    const value = line.values[index];
                    return (
                      <td key={line.label} className="num">
                        {value === null || value === undefined ? "–" : format(value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div
          ref={place}
          className="plot"
          data-keys=""
          tabIndex={0}
          role="application"
          aria-roledescription="chart"
          aria-label={`${title}. Arrow keys read it day by day${onSelect ? "; Enter marks the first and the second of two days" : ""}.`}
          onKeyDown={onKeyDown}
        />
      )}
      <figcaption>
        <span className="readout" aria-live="polite">
          {words ? (
            <>
              {words}
              {markedHere.map((marker) => ` · ${marker.label}`)}
              {anchor !== null && " · Enter, or a tap, on another day shows what changed"}
            </>
          ) : (
            legend
          )}
        </span>
        <button type="button" className="plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Chart" : "Table"}
        </button>
        <button
          type="button"
          className="plain"
          onClick={() => saveFile(`${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.csv`, "text/csv", csvText(chartRows(days, lines)))}
        >
          CSV
        </button>
      </figcaption>
    </figure>
  );
}
