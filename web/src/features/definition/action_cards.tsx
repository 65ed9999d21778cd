import { useMemo } from "react";
import { useSignals } from "../../api/questions";
import { Choice } from "../../ui/field";
import { Figure } from "../../ui/figure";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready } from "../../ui/panel";
import { counted, number } from "../../ui/words";
import {
  actionsOf,
  parsed,
  restOf,
  withAction,
  withActionOf,
  withActivity,
  withNewAction,
  withoutAction,
  withRest,
  type Action,
  type Repeat,
} from "./draft_data";

/** The map of engagement: what earns points, and what is seen but earns none. */
// As the definition allows.
const kLeastWindow = 14;
const kMostWindow = 120;

export function ActionCards({ draft, edit }: { draft: string; edit: (toml: string | ((now: string) => string)) => void }) {
  const say = useSay();
  const signals = useSignals();
  const table = useMemo(() => parsed(draft) ?? {}, [draft]);
  const actions = useMemo(() => actionsOf(table), [table]);
  const rest = useMemo(() => restOf(table), [table]);
  const notActivity = new Set(Array.isArray(table["not_activity"]) ? table["not_activity"].map(String) : []);
  const seen = useMemo(() => new Map((signals.data?.data ?? []).map((signal) => [signal.event, signal])), [signals.data]);
  const seenOf = (action: Action) => {
    const found = action.events.map((event) => seen.get(event)).filter((signal) => signal !== undefined);
    return found.length === 0
      ? undefined
      : { events: found.reduce((sum, signal) => sum + signal.events, 0), accounts: Math.max(...found.map((signal) => signal.accounts)) };
  };
  const scored = new Set(actions.flatMap((action) => action.events));
  const unscored = (signals.data?.data ?? []).filter((signal) => !scored.has(signal.event));
  return (
    <>
      <Panel title="What earns points" aside={<span className="quiet">events seen in the last 30 days</span>}>
        <ul className="cards">
          {actions.map((action, at) => (
            <li key={`${at} ${action.rule}`}>
              <ActionCard
                action={action}
                seen={seenOf(action)}
                change={(next) => edit(withAction(draft, at, next))}
                remove={() => {
                  edit(withoutAction(draft, at));
                  const removed = draft;
                  say(`“${action.name}” earns nothing in the draft.`, () => edit((now) => withActionOf(now, removed, at)));
                }}
              />
            </li>
          ))}
          <li>
            <div className="card">
              <b>Each engaged day</b>
              <Points
                label="Points of an engaged day"
                points={rest.engagedDayPoints}
                change={(points) => edit(withRest(draft, { engagedDayPoints: points }))}
              />
              <small>a day with at least one action</small>
            </div>
          </li>
        </ul>
      </Panel>
      <Panel title="How long points count">
        <div className="setting">
          <span>The points of a day count for so many days</span>
          <span className="points">
            <input
              type="range"
              min={kLeastWindow}
              max={kMostWindow}
              value={rest.windowDays}
              aria-label="Days that points count"
              onChange={(event) => edit(withRest(draft, { windowDays: Number(event.target.value) }))}
            />
            <Figure
              least={kLeastWindow}
              most={kMostWindow}
              step={1}
              value={rest.windowDays}
              aria-label="Days that points count, as a figure"
              change={(windowDays) => edit(withRest(draft, { windowDays }))}
            />
          </span>
        </div>
        <p className="quiet">
          30 suits what is used daily or weekly. Longer windows suit a product of monthly or quarterly use: accounts fall later. An account that is
          younger is judged at its pace.
        </p>
      </Panel>
      <Panel title="Seen, but worth nothing">
        <Ready of={signals}>
          {() =>
            unscored.length === 0 ? (
              <Empty>Every event that was seen earns points.</Empty>
            ) : (
              <div className="scroll-x">
                <table className="rows">
                  <thead>
                    <tr>
                      <th>Event</th>
                      <th className="num">Events</th>
                      <th className="num">Accounts</th>
                      <th />
                    </tr>
                  </thead>
                  <tbody>
                    {unscored.map((signal) => (
                      <tr key={signal.event}>
                        <td>
                          {signal.event}
                          {notActivity.has(signal.event) && <small className="flag">no activity</small>}
                        </td>
                        <td className="num">{number(signal.events)}</td>
                        <td className="num">{number(signal.accounts)}</td>
                        <td className="num nowrap">
                          <button
                            type="button"
                            onClick={() => edit(withNewAction(draft, signal.event, 1))}
                            aria-label={`Give points for ${signal.event}`}
                          >
                            Give points
                          </button>{" "}
                          <button
                            type="button"
                            onClick={() => edit(withActivity(draft, signal.event, notActivity.has(signal.event)))}
                            title="Whether it shows that somebody uses the product at all"
                            aria-label={`${notActivity.has(signal.event) ? "Is activity" : "Is no activity"}: ${signal.event}`}
                          >
                            {notActivity.has(signal.event) ? "Is activity" : "Is no activity"}
                          </button>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Ready>
      </Panel>
    </>
  );
}

interface CardProps {
  action: Action;
  seen: { events: number; accounts: number } | undefined;
  change: (next: Partial<Pick<Action, "points" | "repeat" | "capPerDay">>) => void;
  remove: () => void;
}

function ActionCard({ action, seen, change, remove }: CardProps) {
  // Events are counted by name: a rule takes some of them.
  const isRule = action.rule.includes(" where ") || action.rule.includes(", unless ");
  return (
    <div className="card">
      <b>{action.name}</b>
      <Points label={`Points of ${action.name}`} points={action.points} change={(points) => change({ points })} />
      <small title={action.rule}>
        <code>{action.rule}</code>
        {" · "}
        {seen
          ? `${isRule ? "some of " : ""}${counted(seen.events, "event", "events")}, ${counted(seen.accounts, "account", "accounts")}`
          : "not seen lately"}
      </small>
      <div className="card-more">
        <Choice
          label={`How repeats of ${action.name} count`}
          value={action.repeat}
          onChange={(event) => change({ repeat: event.target.value as Repeat })}
        >
          <option value="diminishing">more, but ever less (√)</option>
          <option value="every">each time</option>
          <option value="once">once a day</option>
        </Choice>
        <label>
          at most{" "}
          <input
            type="number"
            min={0}
            max={100000}
            value={action.capPerDay === 0 ? "" : action.capPerDay}
            placeholder="any"
            aria-label={`At most so many of ${action.name} a day`}
            onChange={(event) => change({ capPerDay: Math.max(0, Math.floor(Number(event.target.value) || 0)) })}
          />{" "}
          a day
        </label>
        <button type="button" className="plain" onClick={remove} aria-label={`Remove ${action.name}`}>
          Remove
        </button>
      </div>
    </div>
  );
}

const kUsualMost = 10;

/** Points by slider, or to the thousandth by figure. */
export function Points({ label, points, change }: { label: string; points: number; change: (points: number) => void }) {
  const most = points > kUsualMost ? Math.ceil(points / 10) * 20 : kUsualMost;
  return (
    <span className="points">
      <input
        type="range"
        min={0}
        max={most}
        step={most > kUsualMost ? 1 : 0.5}
        value={points}
        aria-label={label}
        onChange={(event) => change(Number(event.target.value))}
      />
      <Figure
        least={0}
        most={1000}
        step="any"
        value={points}
        aria-label={`${label}, as a figure`}
        change={(next) => change(Math.round(next * 1000) / 1000)}
      />
    </span>
  );
}
