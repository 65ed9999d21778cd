import { useState } from "react";
import { Link } from "wouter";
import { answered, client, Problem, type Day } from "../../api/client";
import { isAdmin, mayWrite, useArrivals, useGaps, useIdentity, useRejects, useSession, useSources, useStatus } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready, sentence } from "../../ui/panel";
import { agoWords, counted, dayWords, number } from "../../ui/words";
import { useAddress } from "../../url_state";
import { Destinations } from "./destinations_panel";

/** What comes in, what does not, and whose it is. */
export default function DataPage() {
  const address = useAddress();
  return (
    <>
      <div className="heading">
        <h1>Data</h1>
        <span className="end">
          <Link href={address("/set-up")}>Connect an SDK, or bring a file</Link>
        </span>
      </div>
      <div className="two">
        <div className="stack">
          <Runs />
          <Gaps />
          <Rejects />
        </div>
        <div className="stack">
          <Sources />
          <Arrivals />
          <Destinations />
          <Identity />
        </div>
      </div>
    </>
  );
}

function Runs() {
  const status = useStatus();
  return (
    <Panel title="Publishing" aside={status.data && <span className="quiet">days of {status.data.time_zone}</span>}>
      <Ready of={status}>
        {(answer) => (
          <>
            <dl className="properties">
              <div>
                <dt>Published</dt>
                <dd>
                  {answer.first_published && answer.last_published
                    ? `${dayWords(answer.first_published)} to ${dayWords(answer.last_published)}`
                    : "nothing yet"}
                </dd>
              </div>
              <div>
                <dt>Events</dt>
                <dd>
                  {number(answer.events)} of {counted(answer.accounts, "account", "accounts")}
                </dd>
              </div>
              <div>
                <dt>Next</dt>
                <dd>{sentence(answer.next)}</dd>
              </div>
              {answer.nightly && (
                <div>
                  <dt>Nightly run</dt>
                  <dd>
                    {answer.nightly.is_running
                      ? "running now"
                      : answer.nightly.problem
                        ? `failed: ${answer.nightly.problem}`
                        : answer.nightly.succeeded
                          ? `done ${agoWords(answer.nightly.succeeded)} in ${(answer.nightly.milliseconds / 1000).toFixed(1)} s`
                          : "waits for the night"}
                  </dd>
                </div>
              )}
            </dl>
            {answer.runs.length > 0 && (
              <details>
                <summary>The last runs</summary>
                <table className="rows">
                  <tbody>
                    {answer.runs.map((run) => (
                      <tr key={run.started}>
                        <td className="nowrap">{agoWords(run.started)}</td>
                        <td>
                          {run.command}: {run.ended ? run.outcome : "not ended"}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </details>
            )}
          </>
        )}
      </Ready>
    </Panel>
  );
}

function Sources() {
  const sources = useSources();
  const session = useSession();
  const say = useSay();
  const address = useAddress();
  const pause = useChange(
    ({ name, isPaused }: { name: string; isPaused: boolean }) =>
      answered(client.PUT("/api/v1/sources/{name}", { params: { path: { name } }, body: { is_paused: isPaused } })),
    ["sources"],
  );
  return (
    <Panel title="Sources">
      <Ready of={sources}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>
              No SDK has a key yet. <Link href={address("/set-up")}>Connect one</Link>
            </Empty>
          ) : (
            <table className="rows">
              <thead>
                <tr>
                  <th>Source</th>
                  <th className="num">Keys</th>
                  <th>Last sent</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {answer.data.map((source) => (
                  <tr key={source.name}>
                    <td>
                      {source.name}
                      {source.is_paused && <small className="flag">paused</small>}
                    </td>
                    <td className="num">{number(source.keys)}</td>
                    <td>{source.last_used ? agoWords(source.last_used) : "never"}</td>
                    <td className="num">
                      {isAdmin(session.data) && (
                        <button
                          type="button"
                          onClick={() =>
                            pause.mutate(
                              { name: source.name, isPaused: !source.is_paused },
                              {
                                onSuccess: () =>
                                  say(source.is_paused ? `${source.name} may send again.` : `What ${source.name} sends is refused for now.`, () =>
                                    pause.mutate({ name: source.name, isPaused: source.is_paused }),
                                  ),
                              },
                            )
                          }
                        >
                          {source.is_paused ? "Resume" : "Pause"}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Ready>
    </Panel>
  );
}

function Arrivals() {
  const arrivals = useArrivals(true);
  return (
    <Panel title="Arriving now" aside={<span className="quiet">the last 20, live</span>}>
      <Ready of={arrivals}>
        {(answer) =>
          answer.events.length === 0 ? (
            <Empty>Nothing came live yet. What is imported from files does not show here.</Empty>
          ) : (
            <div className="scroll-x">
              <table className="rows">
                <thead>
                  <tr>
                    <th>Event</th>
                    <th>Account</th>
                    <th>User</th>
                    <th className="num">Received</th>
                  </tr>
                </thead>
                <tbody>
                  {[...answer.events].reverse().map((event, at) => (
                    <tr key={`${event.received_at} ${at}`}>
                      <td>{event.event}</td>
                      <td>{event.account_id ?? <span className="quiet">not known yet</span>}</td>
                      <td className="who-cell quiet">{event.user_id ?? event.anonymous_id ?? "–"}</td>
                      <td className="num nowrap">{agoWords(event.received_at)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
    </Panel>
  );
}

function Rejects() {
  const rejects = useRejects();
  const session = useSession();
  const say = useSay();
  const [open, setOpen] = useState<number | null>(null);
  const replay = useChange(() => answered(client.POST("/api/v1/rejects/replay")), ["rejects", "events", "status"]);
  return (
    <Panel
      title="Refused"
      aside={
        mayWrite(session.data) &&
        (rejects.data?.rejects.length ?? 0) > 0 && (
          <button
            type="button"
            disabled={replay.isPending}
            onClick={() =>
              replay.mutate(undefined, {
                onSuccess: (outcome) => say(`${number(outcome.taken)} of ${number(outcome.tried)} were taken this time.`),
              })
            }
          >
            Try all again
          </button>
        )
      }
    >
      <Ready of={rejects}>
        {(answer) =>
          answer.rejects.length === 0 ? (
            <Empty>Nothing that was sent was refused.</Empty>
          ) : (
            <>
              <p>
                {Object.entries(answer.reasons)
                  .map(([reason, count]) => `${reason.replaceAll("_", " ")}: ${number(count)}`)
                  .join(" · ")}
              </p>
              <ul className="notes">
                {answer.rejects.slice(0, 20).map((reject) => (
                  <li key={reject.number}>
                    <button
                      type="button"
                      className="plain open"
                      aria-expanded={open === reject.number}
                      onClick={() => setOpen(open === reject.number ? null : reject.number)}
                    >
                      {reject.reason.replaceAll("_", " ")}
                      {reject.field && ` in ${reject.field}`}
                      {reject.value && `: ${reject.value}`}
                    </button>{" "}
                    <small>
                      {reject.dialect}, {agoWords(reject.received_at)}
                    </small>
                    {open === reject.number && (
                      <>
                        <p className="quiet">{sentence(reject.advice)}</p>
                        <pre tabIndex={0}>{reject.message}</pre>
                      </>
                    )}
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Ready>
    </Panel>
  );
}

function Identity() {
  const identity = useIdentity();
  return (
    <Panel title="Whose events are">
      <Ready of={identity}>
        {(answer) => (
          <>
            <dl className="properties">
              <div>
                <dt>Wait for their account</dt>
                <dd>
                  {number(answer.events_waiting)} of {number(answer.events)}
                </dd>
              </div>
              <div>
                <dt>Users in several accounts</dt>
                <dd>{number(answer.users_in_several_accounts)}</dd>
              </div>
              <div>
                <dt>Accounts of one user</dt>
                <dd>
                  {number(answer.accounts_of_one_user)} of {number(answer.accounts_with_users)}
                </dd>
              </div>
              <div>
                <dt>E-mail domains</dt>
                <dd>{answer.counts_by_domain ? "give users their account" : "are not used"}</dd>
              </div>
            </dl>
            {answer.waiting.length > 0 && (
              <>
                <h3>Most of what waits</h3>
                <table className="rows">
                  <tbody>
                    {answer.waiting.slice(0, 8).map((one) => (
                      <tr key={one.id}>
                        <td className="who-cell">{one.id}</td>
                        <td className="num">{counted(one.events, "event", "events")}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </>
            )}
            {answer.several.length > 0 && (
              <>
                <h3>Users in several accounts</h3>
                <table className="rows">
                  <tbody>
                    {answer.several.slice(0, 6).map((one) => (
                      <tr key={one.id}>
                        <td className="who-cell">{one.id}</td>
                        <td className="num">{counted(one.accounts.length, "account", "accounts")}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </>
            )}
            {answer.merges.length > 0 && (
              <>
                <h3>Merged accounts</h3>
                <ul>
                  {answer.merges.map((merge) => (
                    <li key={merge.account_id}>
                      {merge.account_id} counts for {merge.into} <small>by {merge.by}</small>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Ready>
    </Panel>
  );
}

function Gaps() {
  const kShown = 8;
  const gaps = useGaps();
  const session = useSession();
  const say = useSay();
  const [marking, setMarking] = useState<{ day: Day; why: string } | null>(null);
  const [isWhole, setWhole] = useState(false);
  const lift = useChange(
    (day: Day) => answered<unknown>(client.DELETE("/api/v1/gaps/{day}", { params: { path: { day } } })),
    ["gaps", "overview", "movement", "accounts", "status"],
  );
  return (
    <Panel
      title="Days with missing events"
      aside={
        mayWrite(session.data) && (
          <button type="button" onClick={() => setMarking({ day: "", why: "" })}>
            Hold a day
          </button>
        )
      }
    >
      <Ready of={gaps}>
        {(answer) => {
          const days = [...answer.data].reverse();
          if (days.length === 0) return <Empty>No day is missing events, as far as one can tell from the weeks before.</Empty>;
          return (
            <>
              <table className="rows">
                <thead>
                  <tr>
                    <th>Day</th>
                    <th>What is missing</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {(isWhole ? days : days.slice(0, kShown)).map((gap) => (
                    <tr key={gap.day}>
                      <td className="nowrap">
                        {dayWords(gap.day)}
                        {gap.mark !== "none" && gap.mark !== "lifted" && <small className="flag">held</small>}
                      </td>
                      <td className="quiet">{gap.why}</td>
                      <td className="num">
                        {mayWrite(session.data) &&
                          (gap.mark === "none" || gap.mark === "lifted" ? (
                            <button type="button" onClick={() => setMarking({ day: gap.day, why: gap.why })}>
                              Hold
                            </button>
                          ) : (
                            <button
                              type="button"
                              disabled={lift.isPending}
                              onClick={() =>
                                lift.mutate(gap.day, {
                                  onSuccess: () => say(`${dayWords(gap.day)} is published after all, and the days since anew.`),
                                })
                              }
                            >
                              Lift
                            </button>
                          ))}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {days.length > kShown && (
                <button type="button" className="more" onClick={() => setWhole(!isWhole)}>
                  {isWhole ? "The last ones only" : `All ${days.length} days`}
                </button>
              )}
            </>
          );
        }}
      </Ready>
      {marking && <HoldDialog begin={marking} close={() => setMarking(null)} />}
    </Panel>
  );
}

function HoldDialog({ begin, close }: { begin: { day: Day; why: string }; close: () => void }) {
  const say = useSay();
  const mark = useChange(
    (body: { day: Day; why: string }) => answered(client.POST("/api/v1/gaps", { body })),
    ["gaps", "overview", "movement", "accounts", "status"],
    "shown",
  );
  const problem = mark.error instanceof Problem ? mark.error : undefined;
  return (
    <Dialog title="Hold a day" onClose={close}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          await mark.mutateAsync({ day: String(form.get("day")), why: String(form.get("why")) }).then(
            (outcome) => {
              say(`Held. ${counted(outcome.published_anew, "day was", "days were")} published anew.`);
              close();
            },
            () => {},
          );
        }}
      >
        <p className="quiet">Nobody moves on a held day, and the days since are published anew. Lifting it makes all as if it had never been held.</p>
        <Field label="Day" name="day" type="date" required defaultValue={begin.day} wrong={problem?.of("day")} />
        <Field label="Why" name="why" required defaultValue={begin.why} wrong={problem?.of("why")} />
        {problem && problem.wrong.length === 0 && (
          <p className="wrong" role="alert">
            {sentence(problem.message)}
          </p>
        )}
        <button type="submit" className="primary" disabled={mark.isPending}>
          {mark.isPending ? "Publishing anew" : "Hold"}
        </button>
      </form>
    </Dialog>
  );
}
