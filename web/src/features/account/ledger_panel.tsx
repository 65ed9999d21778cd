import { Fragment, useState } from "react";
import { type Day } from "../../api/client";
import { useAccountEvents, useExplanation } from "../../api/questions";
import { Dialog } from "../../ui/dialog";
import { Empty, Panel, Ready } from "../../ui/panel";
import { dayWords, number, points, signedPoints, userWords } from "../../ui/words";
import { ledgerRows } from "./account_data";

export function LedgerPanel({
  explanation,
  isChosen,
  reset,
}: {
  explanation: ReturnType<typeof useExplanation>;
  isChosen: boolean;
  reset: () => void;
}) {
  const kShown = 10;
  const [isWhole, setWhole] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [eventsOf, setEventsOf] = useState<{ day: Day; user: string | undefined } | null>(null);
  const answer = explanation.data;
  const title = answer ? `${dayWords(answer.from.day)} → ${dayWords(answer.to.day)}` : "What changed";
  return (
    <Panel
      title={title}
      aside={
        isChosen && (
          <button type="button" onClick={reset}>
            Days compared
          </button>
        )
      }
    >
      <Ready of={explanation} lines={8}>
        {(found) => {
          const rows = ledgerRows(found);
          const words = isChosen && <p className="why-words">{found.words.join(" ")}</p>;
          if (rows.length === 0) {
            return (
              <>
                {words}
                <Empty>Nothing was earned and nothing expired between these days.</Empty>
              </>
            );
          }
          return (
            <div className="scroll-x">
              {words}
              <table className="ledger">
                <thead>
                  <tr>
                    <th>Cause</th>
                    <th>What</th>
                    <th>Who</th>
                    <th className="num">Points</th>
                  </tr>
                </thead>
                <tbody>
                  {(isWhole ? rows : rows.slice(0, kShown)).map((row) => {
                    const key = `${row.cause} ${row.what} ${row.who}`;
                    return (
                      <Fragment key={key}>
                        <tr>
                          <td className="quiet">{row.cause}</td>
                          <td>
                            {row.parts.length > 0 ? (
                              <button
                                type="button"
                                className="plain open"
                                aria-expanded={open.has(key)}
                                onClick={() => {
                                  const next = new Set(open);
                                  if (!next.delete(key)) next.add(key);
                                  setOpen(next);
                                }}
                              >
                                {row.what}
                              </button>
                            ) : (
                              row.what
                            )}
                          </td>
                          <td className="quiet who-cell">{row.who}</td>
                          <td className={`num ${row.milli < 0 ? "minus" : "plus"}`}>{signedPoints(row.milli)}</td>
                        </tr>
                        {open.has(key) &&
                          row.parts.map((part) => (
                            <tr key={part.day} className="part">
                              <td />
                              <td>
                                <button
                                  type="button"
                                  className="plain open"
                                  aria-label={`Events of ${dayWords(part.day)}`}
                                  onClick={() => setEventsOf({ day: part.day, user: row.user || undefined })}
                                >
                                  {dayWords(part.day)}
                                </button>
                              </td>
                              <td className="quiet">{part.words}</td>
                              <td className="num">{part.milli === undefined ? "" : signedPoints(part.milli)}</td>
                            </tr>
                          ))}
                      </Fragment>
                    );
                  })}
                </tbody>
                <tfoot>
                  <tr>
                    <td colSpan={3}>
                      Points, {points(found.from.milli_points)} → {points(found.to.milli_points)}
                    </td>
                    <td className="num">{signedPoints(found.milli_points)}</td>
                  </tr>
                </tfoot>
              </table>
              {rows.length > kShown && (
                <button type="button" className="more" onClick={() => setWhole(!isWhole)}>
                  {isWhole ? "The largest only" : `All ${rows.length} lines`}
                </button>
              )}
            </div>
          );
        }}
      </Ready>
      {eventsOf && answer && <EventsDialog id={answer.account_id} day={eventsOf.day} user={eventsOf.user} close={() => setEventsOf(null)} />}
    </Panel>
  );
}

/** The events behind a line of the ledger. */
function EventsDialog({ id, day, user, close }: { id: string; day: Day; user: string | undefined; close: () => void }) {
  const events = useAccountEvents(id, day, user);
  return (
    <Dialog title={`${id} on ${dayWords(day)}${user ? `, ${user}` : ""}`} onClose={close} wide>
      <Ready of={events}>
        {(answer) => (
          <>
            {answer.total > answer.data.length && (
              <p className="quiet">
                The first {number(answer.data.length)} of {number(answer.total)} events.
              </p>
            )}
            <div className="scroll-x" tabIndex={0} role="region" aria-label="Events">
              <table className="rows">
                <thead>
                  <tr>
                    <th>At (UTC)</th>
                    <th>Event</th>
                    <th>User</th>
                    <th>Properties</th>
                  </tr>
                </thead>
                <tbody>
                  {answer.data.map((event, at) => (
                    <tr key={`${event.at} ${at}`}>
                      <td className="nowrap">{event.at.slice(11, 19)}</td>
                      <td>{event.event}</td>
                      <td className="who-cell quiet">{userWords(event.user_id)}</td>
                      <td className="who-cell quiet">
                        {Object.entries(event.properties)
                          .map(([name, held]) => `${name}: ${typeof held === "string" ? held : JSON.stringify(held)}`)
                          .join(", ")}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Ready>
    </Dialog>
  );
}
