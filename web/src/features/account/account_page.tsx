import { Fragment, useMemo, useState, type FormEvent } from "react";
import { Link } from "wouter";
import { answered, client, Problem, type Day, type Level } from "../../api/client";
import {
  mayWrite,
  useAccount,
  useAccountEvents,
  useExplanation,
  useFirings,
  useNotes,
  useOverride,
  useProperties,
  useRisk,
  useSeries,
  useSession,
  useStatus,
  useUse,
  useVersions,
} from "../../api/questions";
import { useChange } from "../../ui/change";
import { TimeChart } from "../../charts/time_chart";
import { Dialog } from "../../ui/dialog";
import { Choice, Field } from "../../ui/field";
import { LevelMark, Move } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { Empty, Failed, Loading, Panel, Ready, sentence } from "../../ui/panel";
import {
  agoWords,
  counted,
  dayOfSeconds,
  dayWords,
  daysBetween,
  kShownLevels,
  levelLabel,
  number,
  percent,
  plusDays,
  points,
  signedPoints,
  userWords,
  value,
} from "../../ui/words";
import { comparedDays, isDay, useAddress, useUrlState } from "../../url_state";
import { ownerProperty, valueProperty } from "../accounts/property_data";
import { comparedDay } from "../overview/overview_data";
import {
  changeMarkers,
  ledgerDays,
  kUsual,
  ledgerRows,
  partsChart,
  peersOf,
  people,
  scoreChart,
  tenureWords,
  uses,
  versionMarkers,
  type Account,
  type Explanation,
} from "./account_data";

/** One account: where it stands, why, and what came of it. */
export function AccountPage({ id }: { id: string }) {
  const url = useUrlState();
  const address = useAddress();
  const status = useStatus();
  const asked = url.get("day");
  const day = isDay(asked) ? asked : (status.data?.last_published ?? undefined);
  const account = useAccount(id, day, 30);
  const from = url.get("from");
  const to = url.get("to");
  // What the page compares with, as everywhere; without published days before it the last move.
  const first = status.data?.first_published ?? undefined;
  const before = day && first ? comparedDay(day, comparedDays(url.get("since")), first) : undefined;
  const ledger = ledgerDays(isDay(from) ? from : undefined, isDay(to) ? to : undefined, { from: before, to: day });
  // The ledger is of the days somebody chose; who carries the account and what it dropped are of the day shown.
  const explanation = useExplanation(id, ledger.from, ledger.to, day !== undefined && first !== undefined);
  const ofDay = useExplanation(id, before, day, day !== undefined && first !== undefined);
  if (account.isError && !account.data) {
    return (
      <>
        <h1>{id}</h1>
        <Failed error={account.error} retry={() => void account.refetch()} />
        <Link href={address("/accounts")}>All accounts</Link>
      </>
    );
  }
  if (!account.data || !day) return <Loading lines={8} />;
  const select = (first: Day, second: Day) => url.set({ from: first, to: second }, "replace");
  return (
    <>
      <Header account={account.data} day={day} explanation={ofDay.data} />
      <div className="two">
        <div className="stack">
          <ScorePanel id={id} day={day} account={account.data} explanation={explanation.data} select={select} />
          <PeoplePanel account={account.data} explanation={ofDay.data} day={day} />
          <HistoryPanel account={account.data} />
          <PlaysPanel id={id} />
        </div>
        <div className="stack">
          <LedgerPanel explanation={explanation} isChosen={ledger.isChosen} reset={() => url.set({ from: undefined, to: undefined }, "replace")} />
          <UsePanel account={account.data} explanation={ofDay.data} day={day} />
          <NotesPanel id={id} />
          <PropertiesPanel account={account.data} />
        </div>
      </div>
    </>
  );
}

function Header({ account, day, explanation }: { account: Account; day: Day; explanation: Explanation | undefined }) {
  const url = useUrlState();
  const session = useSession();
  const known = useProperties().data?.data ?? [];
  const worth = valueProperty(known, url.get("value"));
  const owner = ownerProperty(known);
  const override = useOverride(account.account_id);
  const [isOverriding, setOverriding] = useState(false);
  const isActive = account.published !== null && account.published !== undefined && account.published.level !== "inactive";
  const risk = useRisk({ day, account: account.account_id }, isActive);
  const mine = risk.data?.accounts[0];
  const facts = [
    account.properties["plan"] && `${account.properties["plan"]} plan`,
    worth && Number.isFinite(Number(account.properties[worth] ?? "no")) && `${worth} ${value(Number(account.properties[worth]))}`,
    owner && account.properties[owner] && `${owner} ${account.properties[owner]}`,
    account.first_active_day && `active ${tenureWords(daysBetween(account.first_active_day, day))}`,
  ].filter(Boolean);
  const inForce = override.data?.is_in_force ? override.data : undefined;
  return (
    <>
      <div className="heading">
        <h1>{account.account_id}</h1>
        {account.published && (
          <span className={`chip ${account.published.level}`}>
            <LevelMark level={account.published.level} /> since {dayWords(account.published.since)}
          </span>
        )}
        {inForce && (
          <span className="chip set" title={inForce.reason}>
            Set to {levelLabel(inForce.level)} by {inForce.author} until {dayWords(inForce.until)}
          </span>
        )}
        <span className="quiet">{facts.join(" · ")}</span>
        {mayWrite(session.data) && (
          <button type="button" onClick={() => setOverriding(true)}>
            {inForce ? "Change what you set" : "Set a level by hand"}
          </button>
        )}
      </div>
      <p className="lede">
        {account.published ? (
          <>
            Score <b>{account.published.display ?? "–"}</b> of 100, {points(account.published.milli_points)} points.
          </>
        ) : (
          "Not published on this day. "
        )}
        {mine && (
          <>
            {" "}
            Chance that it is silent for the next 30 days: <b>{percent(mine.probability)}</b>
            {mine.similar.all > 0 && (
              <>
                ;{" "}
                <b>
                  {mine.similar.left} of {mine.similar.all}
                </b>{" "}
                accounts like it went silent
              </>
            )}
            .
          </>
        )}
        {!isActive && account.last_active_day && ` Silent since ${dayWords(account.last_active_day)}.`}
      </p>
      {mine?.log_odds && (
        <details className="basis">
          <summary>What the chance rests on</summary>
          {riskWords(mine, risk.data?.base_log_odds)}
        </details>
      )}
      {explanation && <p className="why-words">{explanation.words.join(" ")}</p>}
      {inForce && (
        <p className="banner" role="note">
          {inForce.author} set it to <LevelMark level={inForce.level} />: {inForce.reason}
        </p>
      )}
      {isOverriding && <OverrideDialog id={account.account_id} isSet={inForce !== undefined} close={() => setOverriding(false)} />}
    </>
  );
}

const kMostSpan = 3650;
const spanOf = (text: string | undefined): number => {
  const span = Number(text ?? "90");
  return Number.isInteger(span) && span >= 2 && span <= kMostSpan ? span : 90;
};

const wholePoints = (value: number): string => points(value * 1000);

const oddsWords = (odds: number): string => `${odds >= 0 ? "+" : "−"}${Math.abs(odds).toFixed(1)}`;

/** What the probability is made of; its parts add up, so each can be said by itself. */
function riskWords(
  row: {
    silent_days: number;
    habit_milli_days: number;
    tenure_days: number;
    probability: number;
    log_odds?: { habit: number; tenure: number; recency: number } | null;
  },
  base: number | null | undefined,
): string {
  if (!row.log_odds) return "";
  const parts: [number, string][] = [
    [row.log_odds.recency, row.silent_days === 0 ? "active on the last day" : `silent for ${counted(row.silent_days, "day", "days")}`],
    [row.log_odds.habit, `a habit of ${(row.habit_milli_days / 1000).toFixed(1)} engaged days, each worth half after 45`],
    [row.log_odds.tenure, `here for ${counted(row.tenure_days, "day", "days")}`],
  ];
  const words = parts.sort((a, b) => Math.abs(b[0]) - Math.abs(a[0])).map(([odds, what]) => `${what} (${oddsWords(odds)})`);
  const start = base === null || base === undefined ? "" : `From ${oddsWords(base)} for any account: `;
  const sum = (base ?? 0) + row.log_odds.recency + row.log_odds.habit + row.log_odds.tenure;
  return `${start}${words.join(", ")}; together ${oddsWords(sum)}, which is a chance of ${percent(row.probability)}. These are log-odds: they add up.`;
}

function ScorePanel({
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

function LedgerPanel({ explanation, isChosen, reset }: { explanation: ReturnType<typeof useExplanation>; isChosen: boolean; reset: () => void }) {
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

function PeoplePanel({ account, explanation, day }: { account: Account; explanation: Explanation | undefined; day: Day }) {
  const kShown = 12;
  const found = people(account, explanation);
  return (
    <Panel
      title="People"
      aside={
        <span className="quiet">
          in the {account.window_days} days up to {dayWords(day)}
        </span>
      }
    >
      {found.length === 0 ? (
        <Empty>Nobody did anything in these days.</Empty>
      ) : (
        <div className="scroll-x">
          <table className="rows people">
            <thead>
              <tr>
                <th>User</th>
                <th className="num">Share of points</th>
                <th className="num slim">Actions</th>
                <th className="num slim">Days</th>
                <th className="num">Last seen</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, kShown).map((person) => (
                <tr key={person.id}>
                  <td className="who-cell">
                    {userWords(person.id)} {person.role && <small>{person.role}</small>}
                    {person.isSilentChampion && <small className="flag">champion, now silent</small>}
                  </td>
                  <td className="num nowrap">
                    {person.share === undefined ? (
                      "–"
                    ) : (
                      <span className="chance">
                        <meter min={0} max={1} value={person.share} aria-hidden="true" />
                        <span className="share">{percent(person.share)}</span>
                      </span>
                    )}
                  </td>
                  <td className="num slim">{number(person.actions)}</td>
                  <td className="num slim">{number(person.days)}</td>
                  <td className="num nowrap">{person.lastDay ? lastSeen(person.lastDay, day) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {found.length > kShown && <p className="quiet">and {number(found.length - kShown)} more</p>}
        </div>
      )}
    </Panel>
  );
}

const lastSeen = (last: Day, day: Day): string =>
  last === day ? "today" : last > day ? dayWords(last) : counted(daysBetween(last, day), "day ago", "days ago");

function UsePanel({ account, explanation, day }: { account: Account; explanation: Explanation | undefined; day: Day }) {
  const found = uses(account);
  const others = useUse(day);
  const level = account.published?.level;
  const peers = others.data && level ? peersOf(others.data, level) : undefined;
  const cell = (use: { milli: number; count: number } | undefined) =>
    use ? (
      <>
        {points(use.milli)} {use.count > 0 && <small title={counted(use.count, "time", "times")}>{number(use.count)}×</small>}
      </>
    ) : (
      "–"
    );
  const unused = peers ? peers.rates.filter((rate) => rate.share >= kUsual && !found.some((use) => use.label === rate.action && use.now)) : [];
  return (
    <Panel title="Use" aside={<span className="quiet">points of {account.window_days} days</span>}>
      {found.length === 0 ? (
        <Empty>Nothing earned points in the last {3 * account.window_days} days.</Empty>
      ) : (
        <div className="scroll-x">
          <table className="rows">
            <thead>
              <tr>
                <th>What</th>
                <th className="num">Now</th>
                <th className="num slim">{account.window_days} days ago</th>
                <th className="num slim">{2 * account.window_days} days ago</th>
                {peers && (
                  <th className="num" title="How many of them do it, and how often the one in the middle of those">
                    {peers.words}
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {found.map((use) => {
                const rate = peers?.rates.find((one) => one.action === use.label);
                return (
                  <tr key={use.label}>
                    <td>
                      {use.label}
                      {explanation?.dropped.some((action) => action.action === use.label) && <small className="flag">dropped</small>}
                      {explanation?.adopted.some((action) => action.action === use.label) && <small className="flag good">new</small>}
                    </td>
                    <td className="num nowrap">{cell(use.now)}</td>
                    <td className="num quiet nowrap slim">{cell(use.before)}</td>
                    <td className="num quiet nowrap slim">{cell(use.earlier)}</td>
                    {peers && (
                      <td className="num quiet nowrap">
                        {rate ? (
                          <>
                            {percent(rate.share)} <small title={counted(rate.median, "time", "times")}>{number(rate.median)}×</small>
                          </>
                        ) : (
                          "–"
                        )}
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {peers && found.length > 0 && (
        <p className="quiet small">
          {peers.words}: how many of them do it in {account.window_days} days, and how often the one in the middle of those.
        </p>
      )}
      {peers && unused.length > 0 && found.some((use) => use.now) && (
        <p className="quiet">
          Not used here, but by most {peers.words.toLowerCase()}: {unused.map((rate) => `${rate.action} (${percent(rate.share)})`).join(", ")}.
        </p>
      )}
    </Panel>
  );
}

function HistoryPanel({ account }: { account: Account }) {
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
function PlaysPanel({ id }: { id: string }) {
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

function NotesPanel({ id }: { id: string }) {
  const notes = useNotes(id);
  const session = useSession();
  const say = useSay();
  const add = useChange(
    (text: string) => answered(client.POST("/api/v1/accounts/{id}/notes", { params: { path: { id } }, body: { text } })),
    ["notes"],
    "shown",
  );
  const remove = useChange(
    (note: number) => answered(client.DELETE("/api/v1/accounts/{id}/notes/{number}", { params: { path: { id, number: String(note) } } })),
    ["notes"],
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = String(new FormData(form).get("text") ?? "").trim();
    if (!text) return;
    add.mutate(text, { onSuccess: () => form.reset() });
  };
  return (
    <Panel title="Notes">
      <Ready of={notes} lines={2}>
        {(answer) => (
          <ul className="notes">
            {answer.data.length === 0 && <li className="quiet">Nobody noted anything yet.</li>}
            {answer.data.map((note) => (
              <li key={note.number}>
                <p>{note.text}</p>
                <small>
                  {note.author}, {agoWords(note.created)}
                  {mayWrite(session.data) && (
                    <button
                      type="button"
                      className="plain"
                      onClick={() => remove.mutate(note.number, { onSuccess: () => say("The note is gone.", () => add.mutate(note.text)) })}
                    >
                      Remove
                    </button>
                  )}
                </small>
              </li>
            ))}
          </ul>
        )}
      </Ready>
      {mayWrite(session.data) && (
        <form onSubmit={submit} className="note-form">
          <textarea name="text" aria-label="A note" rows={2} maxLength={10_000} placeholder="What did you hear, what was agreed?" />
          <button type="submit" disabled={add.isPending}>
            Add note
          </button>
          {add.error && (
            <p className="wrong" role="alert">
              {sentence(add.error.message)}
            </p>
          )}
        </form>
      )}
    </Panel>
  );
}

function PropertiesPanel({ account }: { account: Account }) {
  const entries = Object.entries(account.properties);
  if (entries.length === 0) return null;
  return (
    <Panel title="Properties">
      <dl className="properties">
        {entries.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(text)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function OverrideDialog({ id, isSet, close }: { id: string; isSet: boolean; close: () => void }) {
  const say = useSay();
  const set = useChange(
    (body: { level: Level; reason: string; until: Day }) =>
      answered(client.PUT("/api/v1/accounts/{id}/override", { params: { path: { id } }, body: { ...body, level: body.level as "high" } })),
    ["override"],
    "shown",
  );
  const remove = useChange(() => answered(client.DELETE("/api/v1/accounts/{id}/override", { params: { path: { id } } })), ["override"]);
  const problem = set.error instanceof Problem ? set.error : undefined;
  const today = dayOfSeconds(Date.now() / 1000);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    await set.mutateAsync({ level: String(form.get("level")) as Level, reason: String(form.get("reason")), until: String(form.get("until")) });
    say("Set. It is shown beside the published level, which stays as it is.");
    close();
  };
  return (
    <Dialog title={`Set the level of ${id} by hand`} onClose={close}>
      <form onSubmit={(event) => void submit(event).catch(() => {})}>
        <p className="quiet">
          For what no score can know: a renewal that is agreed, a merger, a champion on leave. It is shown with your name and your reason, and ends by
          itself.
        </p>
        <div className="field">
          <label htmlFor="level">Level</label>
          <select id="level" name="level">
            {kShownLevels.map((level) => (
              <option key={level} value={level}>
                {levelLabel(level)}
              </option>
            ))}
          </select>
        </div>
        <Field label="Reason" name="reason" required maxLength={10_000} wrong={problem?.of("reason")} />
        <Field
          label="Until"
          name="until"
          type="date"
          required
          min={plusDays(today, 1)}
          defaultValue={plusDays(today, 30)}
          wrong={problem?.of("until")}
        />
        {problem && problem.wrong.length === 0 && (
          <p className="wrong" role="alert">
            {sentence(problem.message)}
          </p>
        )}
        <div className="buttons">
          <button type="submit" className="primary" disabled={set.isPending}>
            Set
          </button>
          {isSet && (
            <button
              type="button"
              onClick={() =>
                remove.mutate(undefined, {
                  onSuccess: () => {
                    say("What was set by hand is gone.");
                    close();
                  },
                })
              }
            >
              Take it back
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
