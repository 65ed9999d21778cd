import { useState } from "react";
import { apart, rootedTicks, ticksUpTo, xyRows, type Curve } from "./xy_data";

interface Props {
  title: string;
  xLabel: string;
  yLabel: string;
  curves: readonly Curve[];
  xFormat: (value: number) => string;
  yFormat: (value: number) => string;
  /** Lines across: where something is cut, and how far the cut may lie. */
  cuts?: readonly { at: number; least?: number | undefined; most?: number | undefined; label: string; colour: string }[];
  /** Draws small values further apart. */
  isRooted?: boolean;
  xMost?: number;
  yMost?: number;
  diagonal?: boolean;
}

const kWidth = 560;
const kHeight = 240;
const kLeft = 50;
const kBottom = 40;
const kTop = 24;
const kRight = 22;

/** Values over values, with intervals; the same as a table. */
export function XyPlot({ title, xLabel, yLabel, curves, xFormat, yFormat, cuts = [], isRooted = false, xMost, yMost, diagonal = false }: Props) {
  const [isTable, setTable] = useState(false);
  const points = curves.flatMap((curve) => curve.points);
  const xEnd = xMost ?? Math.max(1, ...points.map((point) => point.x), ...cuts.map((cut) => cut.most ?? cut.at)) * 1.02;
  const yEnd = yMost ?? Math.max(0.01, ...points.map((point) => point.most ?? point.y)) * 1.05;
  const scale = (value: number) => (isRooted ? Math.sqrt(Math.max(0, value)) : value);
  const x = (value: number) => kLeft + (scale(value) / scale(xEnd)) * (kWidth - kLeft - kRight);
  const y = (value: number) => kHeight - kBottom - (Math.min(value, yEnd) / yEnd) * (kHeight - kBottom - kTop);
  const rows = xyRows(xLabel, curves);
  const kLine = 13;
  const labelled = curves.filter((curve) => curve.isLine);
  const labels = apart(
    labelled.map((curve) => y(curve.points.at(-1)?.y ?? 0) - 6),
    kLine,
    kHeight - kBottom - 4,
  );
  return (
    <figure className="chart">
      {isTable ? (
        <div className="chart-table" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                {rows[0]?.map((cell) => (
                  <th key={String(cell)} className="num">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(1).map((row) => (
                <tr key={String(row[0])}>
                  {row.map((cell, at) => (
                    <td key={rows[0]?.[at] ?? at} className="num">
                      {cell === null ? "–" : at === 0 ? xFormat(Number(cell)) : yFormat(Number(cell))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <svg className="xy" viewBox={`0 0 ${kWidth} ${kHeight}`} role="img" aria-label={`${title}. As a table by the button below.`}>
          {ticksUpTo(yEnd, 4).map((tick) => (
            <g key={tick}>
              <line x1={kLeft} x2={kWidth - kRight} y1={y(tick)} y2={y(tick)} className="rule" />
              <text x={kLeft - 8} y={y(tick) + 4} textAnchor="end">
                {yFormat(tick)}
              </text>
            </g>
          ))}
          {(isRooted ? rootedTicks(xEnd) : ticksUpTo(xEnd, 6)).map((tick) => (
            <text key={tick} x={x(tick)} y={kHeight - kBottom + 16} textAnchor="middle">
              {xFormat(tick)}
            </text>
          ))}
          <text x={kWidth - kRight} y={kHeight - 6} textAnchor="end" className="axis">
            {xLabel}
          </text>
          <text x={4} y={11} className="axis">
            {yLabel}
          </text>
          {diagonal && <line x1={x(0)} y1={y(0)} x2={x(Math.min(xEnd, yEnd))} y2={y(Math.min(xEnd, yEnd))} className="diagonal" />}
          {cuts.map((cut) => (
            <g key={cut.label} style={{ color: `var(${cut.colour})` }}>
              {cut.least !== undefined && cut.most !== undefined && (
                <rect
                  x={x(cut.least)}
                  width={Math.max(1, x(cut.most) - x(cut.least))}
                  y={kTop}
                  height={kHeight - kBottom - kTop}
                  className="spread"
                />
              )}
              <line x1={x(cut.at)} x2={x(cut.at)} y1={kTop} y2={kHeight - kBottom} className="cut" />
              <text x={x(cut.at) + 5} y={kTop + 11} className="cut-label">
                {cut.label}
              </text>
            </g>
          ))}
          {curves.map((curve) => (
            <g key={curve.label} style={{ color: `var(${curve.colour})` }}>
              {curve.isLine && (
                <path
                  className="curve"
                  d={curve.points.map((point, at) => `${at === 0 ? "M" : "L"}${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join("")}
                />
              )}
              {curve.points.map((point) => (
                <g key={point.x}>
                  {point.least !== undefined && point.most !== undefined && (
                    <line x1={x(point.x)} x2={x(point.x)} y1={y(point.least)} y2={y(point.most)} className="interval" />
                  )}
                  {!curve.isLine && <circle cx={x(point.x)} cy={y(point.y)} r={4} />}
                  <title>{`${xFormat(point.x)}: ${yFormat(point.y)}${point.words ? `, ${point.words}` : ""}`}</title>
                </g>
              ))}
              {curve.isLine && curve.points.at(-1) && (
                <text x={x(curve.points.at(-1)?.x ?? 0) - 4} y={labels[labelled.indexOf(curve)]} textAnchor="end" className="cut-label">
                  {curve.label}
                </text>
              )}
            </g>
          ))}
        </svg>
      )}
      <figcaption>
        <span className="readout" />
        <button type="button" className="plain" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          {isTable ? "Chart" : "Table"}
        </button>
      </figcaption>
    </figure>
  );
}
