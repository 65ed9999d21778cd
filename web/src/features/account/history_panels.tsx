import { useState } from "react";
import { type Level } from "../../api/client";
import { useFirings } from "../../api/questions";
import { Move } from "../../ui/level";
import { Empty, Panel } from "../../ui/panel";
import { dayWords, plusDays, points } from "../../ui/words";
import { useUrlState } from "../../url_state";
import { type Account } from "./account_data";

export function HistoryPanel({ account }: { account: Account }) {
  const kShown = 8;
  const [isWhole, setWhole] = useState(false);
  const url = useUrlState();
  const changes = [...account.changes].reverse();
  return (
    <Panel title="Moves">
      {changes.length === 0 ? (
        <Empty>It never moved from one level to another.</Empty>
      ) : (
        <table className="rows">
          <thead>
            <tr>
              <th>Day</th>
              <th>Move</th>
              <th className="num">Points</th>
            </tr>
          </thead>
          <tbody>
            {(isWhole ? changes : changes.slice(0, kShown)).map((change) => (
              <tr key={change.day}>
                <td>
                  <button
                    type="button"
                    className="plain open"
                    title="What changed"
                    onClick={() => url.set({ from: plusDays(change.day, -1), to: change.day })}
                  >
                    {dayWords(change.day)}
                  </button>
                </td>
                <td>
                  <Move from={change.from as Level} to={change.to as Level} />
                  {change.is_merge && <small> by a merge</small>}
                </td>
                <td className="num">
                  {points(change.milli_points_before)} → {points(change.milli_points_after)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changes.length > kShown && (
        <button type="button" className="more" onClick={() => setWhole(!isWhole)}>
          {isWhole ? "The last ones only" : `All ${changes.length} moves`}
        </button>
      )}
    </Panel>
  );
}

/** What was asked for, and whether somebody did it. */
export function PlaysPanel({ id }: { id: string }) {
  const firings = useFirings({ account: id, limit: 20 });
  const told = (firings.data?.data ?? []).filter((one) => !one.is_held_out);
  if (told.length === 0) return null;
  return (
    <Panel title="Plays">
      <table className="rows">
        <tbody>
          {told.map((one) => (
            <tr key={one.number}>
              <td className="nowrap">{dayWords(one.day)}</td>
              <td>
                {one.play}
                <small className="block">{one.done_by ? `done by ${one.done_by}` : "open"}</small>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
