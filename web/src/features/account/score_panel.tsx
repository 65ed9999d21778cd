import { useMemo } from "react";
import { type Day } from "../../api/client";
import { useSeries, useVersions } from "../../api/questions";
import { TimeChart } from "../../charts/time_chart";
import { Choice } from "../../ui/field";
import { Panel, Ready } from "../../ui/panel";
import { plusDays, points } from "../../ui/words";
import { useUrlState } from "../../url_state";
import { changeMarkers, partsChart, scoreChart, versionMarkers, type Account, type Explanation } from "./account_data";

const kMostSpan = 3650;

const spanOf = (text: string | undefined): number => {
  const span = Number(text ?? "90");
  return Number.isInteger(span) && span >= 2 && span <= kMostSpan ? span : 90;
};

const wholePoints = (value: number): string => points(value * 1000);

export function ScorePanel({
  id,
  day,
  account,
  explanation,
  select,
}: {
  id: string;
  day: Day;
  account: Account;
  explanation: Explanation | undefined;
  select: (from: Day, to: Day) => void;
}) {
  const url = useUrlState();
  const span = spanOf(url.get("span"));
  const from = plusDays(day, -(span - 1));
  const series = useSeries(id, from, day);
  const versions = useVersions();
  const byAction = url.get("chart") === "actions";
  const chart = useMemo(() => (series.data ? scoreChart(series.data) : undefined), [series.data]);
  const parts = useMemo(() => (series.data ? partsChart(series.data) : undefined), [series.data]);
  const markers = useMemo(
    () => [...changeMarkers(account, from), ...versionMarkers(versions.data?.data ?? [], from)],
    [account, versions.data, from],
  );
  const shown = useMemo(() => (explanation ? { from: explanation.from.day, to: explanation.to.day } : undefined), [explanation]);
  return (
    <Panel
      title="Points"
      aside={
        <>
          <span className="toggle" role="group" aria-label="Points shown">
            <button type="button" aria-pressed={!byAction} onClick={() => url.set({ chart: undefined }, "replace")}>
              Over the levels
            </button>
            <button type="button" aria-pressed={byAction} onClick={() => url.set({ chart: "actions" }, "replace")}>
              By action
            </button>
          </span>
          <Choice
            label="Points over"
            value={String(span)}
            onChange={(event) => url.set({ span: event.target.value === "90" ? undefined : event.target.value }, "replace")}
          >
            <option value="90">90 days</option>
            <option value="180">180 days</option>
            <option value="365">a year</option>
            <option value="730">two years</option>
          </Choice>
        </>
      }
    >
      <Ready of={series} lines={6}>
        {() =>
          byAction && parts ? (
            <TimeChart
              title={`Points of ${id} by action`}
              days={parts.days}
              lines={parts.lines}
              isStacked
              height={230}
              format={wholePoints}
              selected={shown}
              onSelect={select}
              legend={parts.lines.map((line) => (
                <span key={line.label} className="key">
                  <span className="swatch" style={{ background: `var(${line.colour})`, borderColor: `var(${line.colour})` }} /> {line.label}{" "}
                </span>
              ))}
            />
          ) : (
            chart && (
              <TimeChart
                title={`Points of ${id}`}
                days={chart.days}
                lines={chart.lines}
                bands={chart.bands}
                markers={markers}
                height={230}
                format={wholePoints}
                selected={shown}
                onSelect={select}
                legend={
                  <>
                    <span className="swatch high" /> High <span className="swatch medium" /> Medium <span className="swatch low" /> Low. Drag from one
                    day to another, or tap both, to see what changed.
                  </>
                }
              />
            )
          )
        }
      </Ready>
    </Panel>
  );
}
