import { useMemo, useState } from "react";
import { Link } from "wouter";
import type { Day } from "../../api/client";
import { useFreshlySilent, useMovement, useOverview, useProperties, useRisk, useStatus } from "../../api/questions";
import { Flow } from "../../charts/flow";
import type { FlowLink } from "../../charts/flow_data";
import { TimeChart } from "../../charts/time_chart";
import { Chance } from "../../ui/chance";
import { Choice } from "../../ui/field";
import { LevelMark, Move } from "../../ui/level";
import { Empty, Failed, Loading, Panel, Ready } from "../../ui/panel";
import { counted, dayAndMonth, dayWords, daysBetween, longDay, number, plusDays, points, signed, signedPoints, value } from "../../ui/words";
import { comparedDays, isDay, useAddress, useUrlState } from "../../url_state";
import { ownerProperty, valueProperty } from "../accounts/property_data";
import { Reason } from "../accounts/reason";
import {
  comparedDay,
  comparisonWords,
  headline,
  levelLines,
  levelsNow,
  needy,
  orderedMovers,
  predictionWords,
  type Movement,
  type Overview,
} from "./overview_data";

const kWeeks = [13, 26, 52, 104] as const;

/** The morning page: who moved, who needs somebody, and how far to trust it. */
export function OverviewPage() {
  const url = useUrlState();
  const status = useStatus();
  const asked = url.get("day");
  const day = isDay(asked) ? asked : (status.data?.last_published ?? undefined);
  const days = comparedDays(url.get("since"));
  const weeks = kWeeks.find((choice) => String(choice) === url.get("weeks")) ?? kWeeks[0];
  const overview = useOverview(day, weeks);
  const first = status.data?.first_published ?? undefined;
  const from = day && first ? comparedDay(day, days, first) : undefined;
  const movement = useMovement(from, day);
  if (overview.isError && !overview.data) return <Failed error={overview.error} retry={() => void overview.refetch()} />;
  if (!overview.data || !day) return <Loading lines={8} />;
  const isClamped = from !== undefined && daysBetween(from, day) < days;
  return (
    <div className={overview.isPlaceholderData ? "stale" : undefined}>
      <p className="dateline">{longDay(day)}</p>
      <h1>{movement.data && from ? headline(movement.data) : from ? " " : "The first published day"}</h1>
      <p className="lede">
        <b>{counted(overview.data.active_accounts, "active account", "active accounts")}</b>
        {from && `, ${comparisonWords(from, days, isClamped)}`}.
      </p>
      <Starved overview={overview.data} />
      {overview.data.held.map((held) => (
        <p key={held.day} className="banner" role="note">
          <b>{dayWords(held.day)} is held.</b> {held.why}. Nobody moves on such a day. <Link href="/data">See the gap</Link>
        </p>
      ))}
      <NeedsYou day={day} />
      <div className="two">
        <Levels overview={overview.data} movement={from ? movement.data : undefined} weeks={weeks} />
        <MovementFlow movement={movement} from={from} day={day} />
      </div>
      {from && <Movers movement={movement} from={from} day={day} />}
      <Predicts overview={overview.data} />
    </div>
  );
}

/** Nothing arrives any more: accounts fall then though their customers did nothing. */
function Starved({ overview }: { overview: Overview }) {
  const address = useAddress();
  const last = overview.last_event_day;
  if (!overview.is_starved || !last) return null;
  return (
    <p className="banner" role="note">
      <b>No event has come since {dayWords(last)}.</b> Points expire meanwhile, so accounts fall or go silent for want of data, whatever their people
      do. <Link href={address("/data")}>See what sends</Link> · <Link href={address("/", { day: last })}>Look at {dayWords(last)}</Link>
    </p>
  );
}

function NeedsYou({ day }: { day: Day }) {
  const kShown = 8;
  const url = useUrlState();
  const address = useAddress();
  const properties = useProperties();
  const known = properties.data?.data ?? [];
  const worth = valueProperty(known, url.get("value"));
  const owner = ownerProperty(known);
  const byPoints = url.get("value") === "points" || (!worth && url.get("value") !== "none");
  const stake = byPoints ? "points" : undefined;
  const risk = useRisk(
    { day, value: byPoints ? undefined : worth, stake, capacity: kShown, property: owner ? [owner] : undefined },
    !properties.isPending,
  );
  const days = comparedDays(url.get("since"));
  const silent = useFreshlySilent(
    day,
    days,
    [worth, owner].filter((name) => name !== undefined),
    !properties.isPending,
  );
  const from = (row: { level_before?: unknown; since: Day }): Day =>
    (row.level_before && daysBetween(row.since, day) < 30 ? plusDays(row.since, -1) : undefined) ?? plusDays(day, -30);
  return (
    <Panel
      title="Needs you"
      aside={
        <>
          <span className="quiet wide-only">ranked by chance of silence ×</span>
          <Choice
            label="Ranked by chance of silence times"
            value={byPoints ? "points" : (worth ?? "none")}
            onChange={(event) => url.set({ value: event.target.value })}
          >
            {known
              .filter((property) => property.numbers > 0)
              .map((property) => (
                <option key={property.name}>{property.name}</option>
              ))}
            <option value="points">points, now or a month ago</option>
            <option value="none">nothing else</option>
          </Choice>
          <Link href={address("/accounts", { order: "risk", value: byPoints ? "points" : (worth ?? "none") })}>
            All {risk.data ? number(risk.data.total + (silent.data?.data.length ?? 0)) : ""}
          </Link>
        </>
      }
    >
      <Ready of={risk} lines={8}>
        {(answer) =>
          answer.accounts.length === 0 && !silent.data?.data.length ? (
            <Empty>Nobody is active, so nobody can fall silent.</Empty>
          ) : (
            <div className="scroll-x">
              <table className="rows folds">
                <thead>
                  <tr>
                    <th>Account</th>
                    <th>Level</th>
                    <th>Why</th>
                    <th className="num" title="That nobody does anything for the next 30 days">
                      Chance of silence
                    </th>
                    {worth && !byPoints && <th className="num">{worth}</th>}
                    {byPoints && <th className="num">Points now, 30 days ago</th>}
                    {owner && <th className="wide-only">{owner}</th>}
                  </tr>
                </thead>
                <tbody>
                  {needy(answer.accounts, silent.data?.data ?? [], byPoints ? undefined : worth, byPoints)
                    .slice(0, kShown)
                    .map(({ row, risk: told, worth: amount }) => (
                      <tr key={row.account_id}>
                        <td className="name">
                          <Link href={address(`/accounts/${encodeURIComponent(row.account_id)}`)}>{row.account_id}</Link>
                        </td>
                        <td className="nowrap">
                          {row.level_before && daysBetween(row.since, day) < 30 ? (
                            <Move from={row.level_before} to={row.level} />
                          ) : (
                            <LevelMark level={row.level} isRamping={row.is_ramping} />
                          )}
                          <small className="block">since {daysBetween(row.since, day) < 300 ? dayAndMonth(row.since) : dayWords(row.since)}</small>
                        </td>
                        <td className="why">
                          <Reason id={row.account_id} from={from(row)} to={day} risk={told} atOnce />
                        </td>
                        <td className="num nowrap">
                          {told ? (
                            <>
                              <Chance probability={told.probability} />
                              <small className="block narrow-only">chance of silence</small>
                              <small className="block">
                                {told.similar.all > 0 ? `${told.similar.left} of ${told.similar.all} like it did` : `silent ${told.silent_days} days`}
                              </small>
                            </>
                          ) : (
                            <>
                              <b>silent</b>
                              <small className="block">for 30 days</small>
                            </>
                          )}
                        </td>
                        {worth && !byPoints && <td className="num">{amount === undefined ? "–" : value(amount)}</td>}
                        {byPoints && (
                          <td className="num nowrap">
                            {points(row.milli_points)}
                            <small className="block">{points(row.milli_points_before)} before</small>
                          </td>
                        )}
                        {owner && <td className="wide-only quiet">{row.properties?.[owner] ?? "–"}</td>}
                      </tr>
                    ))}
                </tbody>
              </table>
              <p className="quiet small">
                A level sums up the points of the window; the chance also asks how long nobody was seen. So an account may be Medium and about to
                leave.
              </p>
            </div>
          )
        }
      </Ready>
    </Panel>
  );
}

function Levels({ overview, movement, weeks }: { overview: Overview; movement: Movement | undefined; weeks: number }) {
  const url = useUrlState();
  const address = useAddress();
  const { days, lines } = useMemo(() => levelLines(overview), [overview]);
  return (
    <Panel
      title="Levels"
      aside={
        <Choice
          label="Levels over"
          value={String(weeks)}
          onChange={(event) => url.set({ weeks: event.target.value === "13" ? undefined : event.target.value }, "replace")}
        >
          <option value="13">last 13 weeks</option>
          <option value="26">last 26 weeks</option>
          <option value="52">last 52 weeks</option>
          <option value="104">last 2 years</option>
        </Choice>
      }
    >
      <TimeChart title="Accounts per level" days={days} lines={lines} isStacked height={190} legend="Active accounts, a week apart" />
      <ul className="counts">
        {levelsNow(overview, movement).map(({ level, now, before }) => (
          <li key={level}>
            <Link href={address("/accounts", { level })}>
              <LevelMark level={level} />
              <b>{number(now)}</b> {before !== undefined && <small>{signed(now - before)}</small>}
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function MovementFlow({ movement, from, day }: { movement: ReturnType<typeof useMovement>; from: Day | undefined; day: Day }) {
  const url = useUrlState();
  return (
    <Panel title="Movement" aside={from && <span className="quiet">{`${dayAndMonth(from)} → ${dayAndMonth(day)}`}</span>}>
      {from ? (
        <Ready of={movement} lines={6}>
          {(answer) => (
            <>
              <Flow
                matrix={answer.matrix}
                selected={url.get("ribbon")}
                onSelect={(link: FlowLink | undefined) => url.set({ ribbon: link && `${link.from}-${link.to}` }, "replace")}
              />
              <p className="quiet">A ribbon shows its accounts below. Accounts that stayed where they were are not drawn.</p>
            </>
          )}
        </Ready>
      ) : (
        <Empty>There is no day before this one to compare with.</Empty>
      )}
    </Panel>
  );
}

function Movers({ movement, from, day }: { movement: ReturnType<typeof useMovement>; from: Day; day: Day }) {
  const kStep = 15;
  const [shown, setShown] = useState(kStep);
  const url = useUrlState();
  const address = useAddress();
  const ribbon = url.get("ribbon");
  return (
    <Panel
      title="Who moved"
      aside={
        ribbon && (
          <button type="button" onClick={() => url.set({ ribbon: undefined }, "replace")}>
            Show all moves
          </button>
        )
      }
    >
      <Ready of={movement}>
        {(answer) => {
          const movers = orderedMovers(answer.accounts).filter((mover) => !ribbon || `${mover.from ?? "new"}-${mover.to}` === ribbon);
          if (movers.length === 0) {
            const isCut = answer.total > answer.accounts.length;
            return (
              <Empty>
                {isCut
                  ? `None of the first ${number(answer.accounts.length)} of ${number(answer.total)} moves is one of these.`
                  : "No account made this move."}
              </Empty>
            );
          }
          return (
            <>
              <div className="scroll-x">
                <table className="rows folds">
                  <thead>
                    <tr>
                      <th>Account</th>
                      <th>Move</th>
                      <th>Why</th>
                      <th className="num">Score, 0–100</th>
                      <th className="num">Points</th>
                    </tr>
                  </thead>
                  <tbody>
                    {movers.slice(0, shown).map((mover) => (
                      <tr key={mover.account_id}>
                        <td className="name">
                          <Link href={address(`/accounts/${encodeURIComponent(mover.account_id)}`, { from, to: day })}>{mover.account_id}</Link>
                        </td>
                        <td className="nowrap">
                          <Move from={mover.from ?? "new"} to={mover.to} />
                        </td>
                        <td className="why">
                          {mover.is_merge ? "merged with another account" : <Reason id={mover.account_id} from={from} to={day} />}
                        </td>
                        <td className="num nowrap">
                          {mover.display_from ?? "–"} → <b>{mover.display_to ?? "–"}</b>
                        </td>
                        <td className="num">{signedPoints(mover.milli_points_to - mover.milli_points_from)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {movers.length > shown && (
                <button type="button" className="more" onClick={() => setShown(shown + kStep)}>
                  Show more ({number(movers.length - shown)} left)
                </button>
              )}
              {answer.total > answer.accounts.length && (
                <p className="quiet">
                  The first {number(answer.accounts.length)} of {number(answer.total)} moves.
                </p>
              )}
            </>
          );
        }}
      </Ready>
    </Panel>
  );
}

function Predicts({ overview }: { overview: Overview }) {
  const address = useAddress();
  const words = predictionWords(overview);
  return (
    <Panel title="Does it predict?" className="trust">
      {words ? (
        <p>
          In the four months before the cuts of {dayWords(overview.calibration?.day ?? overview.day)}, accounts in <LevelMark level="low" /> went
          silent{" "}
          {words.times ? (
            <>
              <b>{words.times} times</b> as often as those above:{" "}
            </>
          ) : (
            "this often: "
          )}
          {words.low} against {words.rest}.
          {overview.calibration?.is_certain === false && (
            <>
              {" "}
              <Link href={address("/evidence")} className="doubt" title="The cuts are uncertain: too few accounts left">
                ?
              </Link>
            </>
          )}{" "}
          <Link href={address("/evidence")}>See the evidence</Link>
        </p>
      ) : (
        <p>
          {overview.calibration ? "What the cuts of that day rest on is worked out when asked for." : "Too few accounts have left so far to say."}{" "}
          <Link href={address("/evidence", { cuts: overview.calibration?.day })}>{overview.calibration ? "See the evidence" : "What there is"}</Link>
        </p>
      )}
    </Panel>
  );
}
