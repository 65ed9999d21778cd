import { useMemo, useState } from "react";
import type { Schemas } from "../../api/client";
import { Choice } from "../../ui/field";
import { Figure } from "../../ui/figure";
import { Panel } from "../../ui/panel";
import { dayWords, points } from "../../ui/words";
import { Points } from "./action_cards";
import { parsed, restOf, withRest, type Rest } from "./draft_data";
import { StandingPanels } from "./standing_panels";

/** What divides the levels, and who is left out. */
export function RestTab({
  draft,
  edit,
  calibration,
}: {
  draft: string;
  edit: (toml: string) => void;
  calibration: Schemas["Calibration"] | null | undefined;
}) {
  const rest = useMemo(() => restOf(parsed(draft) ?? {}), [draft]);
  const set = (change: Partial<Rest>) => edit(withRest(draft, change));
  const chooseLevels = (by: Rest["levelsBy"]) => {
    // Cuts by hand begin where the calibrated ones lie.
    const begin =
      by === "fixed" && rest.highCut === 0 && calibration && calibration.low_cut !== null && calibration.high_cut !== null
        ? { lowCut: calibration.low_cut / 1000, highCut: calibration.high_cut / 1000 }
        : {};
    set({ levelsBy: by, ...begin });
  };
  return (
    <>
      <Panel title="Where the levels divide">
        <div className="setting">
          <span>Low is told from the rest by</span>
          <Choice label="Levels by" value={rest.levelsBy} onChange={(event) => chooseLevels(event.target.value as Rest["levelsBy"])}>
            <option value="churn">accounts that really left</option>
            <option value="fixed">points of your choice</option>
            <option value="bands">bands of the scale 0–10</option>
          </Choice>
        </div>
        {rest.levelsBy === "churn" && calibration && calibration.low_cut !== null && calibration.high_cut !== null && (
          <p className="quiet">
            Calibrated on {dayWords(calibration.day)}: low is up to {points(calibration.low_cut)} points, high above {points(calibration.high_cut)}.
            Cuts are made anew each month, and with a new definition.
          </p>
        )}
        {rest.levelsBy === "fixed" && (
          <>
            <Setting label="Low is up to" unit="points" value={rest.lowCut} step={0.5} change={(lowCut) => set({ lowCut })} />
            <Setting label="High is above" unit="points" value={rest.highCut} step={0.5} change={(highCut) => set({ highCut })} />
          </>
        )}
        {rest.levelsBy === "bands" && (
          <>
            <Setting label="Low is up to" unit="of 10" value={rest.bandLow} step={1} change={(bandLow) => set({ bandLow })} />
            <Setting label="Medium is up to" unit="of 10" value={rest.bandMedium} step={1} change={(bandMedium) => set({ bandMedium })} />
          </>
        )}
        <Setting
          label="A move is published once it has stood"
          unit="days"
          value={rest.confirmDays}
          step={1}
          least={1}
          change={(confirmDays) => set({ confirmDays })}
        />
        <Setting label="Rising takes more than a cut by" unit="%" value={rest.risePercent} step={1} change={(risePercent) => set({ risePercent })} />
      </Panel>
      <Panel title="Habit">
        <div className="setting">
          <span>Points for each habit day</span>
          <Points label="Points of a habit day" points={rest.habitPoints} change={(habitPoints) => set({ habitPoints })} />
        </div>
        <p className="quiet">Habit days are engaged days that fade with a half-life of 45 days. None: only the last {rest.windowDays} days count.</p>
      </Panel>
      <Panel title="Left out">
        <Patterns label="Users" hint="*@ourcompany.com" patterns={rest.excludedUsers} change={(excludedUsers) => set({ excludedUsers })} />
        <Patterns label="Accounts" hint="test-*" patterns={rest.excludedAccounts} change={(excludedAccounts) => set({ excludedAccounts })} />
      </Panel>
      <StandingPanels draft={draft} edit={edit} />
    </>
  );
}

function Setting({
  label,
  unit,
  value,
  step,
  least = 0,
  change,
}: {
  label: string;
  unit: string;
  value: number;
  step: number;
  least?: number;
  change: (value: number) => void;
}) {
  return (
    <label className="setting">
      <span>{label}</span>
      <span>
        <Figure least={least} most={1_000_000} step={step} value={value} change={change} /> {unit}
      </span>
    </label>
  );
}

function Patterns({
  label,
  hint,
  patterns,
  change,
}: {
  label: string;
  hint: string;
  patterns: readonly string[];
  change: (patterns: string[]) => void;
}) {
  const [text, setText] = useState("");
  return (
    <form
      className="patterns"
      onSubmit={(event) => {
        event.preventDefault();
        const pattern = text.trim();
        if (pattern && !patterns.includes(pattern)) change([...patterns, pattern]);
        setText("");
      }}
    >
      <span>{label}</span>
      {patterns.map((pattern) => (
        <button
          key={pattern}
          type="button"
          className="tag"
          aria-label={`Count ${pattern} again`}
          onClick={() => change(patterns.filter((other) => other !== pattern))}
        >
          {pattern} <span aria-hidden="true">×</span>
        </button>
      ))}
      <input aria-label={`${label} to leave out`} placeholder={hint} value={text} onChange={(event) => setText(event.target.value)} size={18} />
      <button type="submit">Leave out</button>
    </form>
  );
}
