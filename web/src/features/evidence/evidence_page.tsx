import { useState } from "react";
import { Link } from "wouter";
import { answered, client, type Level } from "../../api/client";
import { mayWrite, useBacktest, useCalibration, useCalibrations, useChurn, useOverview, useSession, useStatus } from "../../api/questions";
import { useChange } from "../../ui/change";
import { RatePlot } from "../../charts/rate_plot";
import { XyPlot } from "../../charts/xy_plot";
import { Choice } from "../../ui/field";
import { LevelMark, Move } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready, sentence } from "../../ui/panel";
import { counted, dayWords, monthWords, number, percent, points } from "../../ui/words";
import { useAddress, useUrlState } from "../../url_state";
import { levelRates, predictors, reliability, riskCurve, survivalCurves, type Calibration, type Tested } from "./evidence_data";

/** Whether it can be trusted: the verdict first, then all it rests on. */
export default function EvidencePage() {
  const backtest = useBacktest();
  return (
    <>
      <h1>Evidence</h1>
      <AsOf />
      <Ready of={backtest} lines={6}>
        {(answer) => {
          const tested = answer.definitions[0];
          if (!tested) return <Empty>There is no month yet of which the end is known.</Empty>;
          return (
            <>
              <p className="lede">
                <b>{tested.verdict}</b>
              </p>
              <Promises tested={tested} from={answer.from} to={answer.to} />
              <div className="two">
                <Panel title="Told at month-ends, then seen">
                  <RatePlot caption="Accounts that fell silent for 30 days, by the level they had" rows={levelRates(tested.by_level)} />
                </Panel>
                <div className="stack">
                  <Predictors tested={tested} />
                  <LeadTimes tested={tested} />
                </div>
              </div>
            </>
          );
        }}
      </Ready>
      <Cuts />
      <ChurnPanels />
      <Ready of={backtest} lines={4}>
        {(answer) => (answer.definitions[0] ? <Reliability tested={answer.definitions[0]} /> : null)}
      </Ready>
    </>
  );
}

/** Of which day the page is: the day chosen for other pages does not change it. */
function AsOf() {
  const url = useUrlState();
  const status = useStatus();
  const overview = useOverview(undefined, 13, status.data?.last_published != null);
  const last = overview.data?.day;
  if (!overview.data || !last) return null;
  const chosen = url.get("day");
  return (
    <p className="quiet">
      Of all that is known up to {dayWords(last)}
      {chosen && chosen !== last ? `, whatever day is chosen for the other pages (${dayWords(chosen)})` : ""}.
      {overview.data.is_starved &&
        overview.data.last_event_day &&
        ` No event has come since ${dayWords(overview.data.last_event_day)}: who fell silent about then may only have lost their data.`}
    </p>
  );
}

function Promises({ tested, from, to }: { tested: Tested; from: string; to: string }) {
  return (
    <Panel
      title="What the levels promise"
      aside={
        <span className="quiet">{`${counted(tested.months.length, "month-end", "month-ends")}, ${monthWords(from)} to ${monthWords(to)}, each told from what was known then. The overview's figure is of the months its cuts were made on`}</span>
      }
    >
      <ul className="promises">
        {tested.promises.map((promise) => (
          <li key={promise.words} className={promise.is_kept ? "kept" : "broken"}>
            <i aria-hidden="true">{promise.is_kept ? "✓" : "✗"}</i>
            <span className="hidden">{promise.is_kept ? "Kept: " : "Not kept: "}</span>
            {sentence(promise.words)}
          </li>
        ))}
        <li>
          <i aria-hidden="true">·</i>
          {number(tested.moves)} moves, {counted(tested.reversed, "of them taken back", "of them taken back")} within two weeks:{" "}
          {tested.moves_per_account_month.toFixed(2)} moves an account and month.
        </li>
      </ul>
    </Panel>
  );
}

function Predictors({ tested }: { tested: Tested }) {
  return (
    <Panel title="Beside simpler signs">
      <table className="rows">
        <thead>
          <tr>
            <th />
            <th className="num" title="Of one account that left and one that stayed: how often the right one is put lower">
              Pairs right, of 100
            </th>
            <th className="num" title="How many times as many of those who leave are among the riskiest tenth as in a tenth by chance">
              Riskiest tenth, × chance
            </th>
          </tr>
        </thead>
        <tbody>
          {predictors(tested).map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td className="num">{one.auc === null ? "–" : (one.auc * 100).toFixed(1)}</td>
              <td className="num">{one.lift === null ? "–" : `${one.lift.toFixed(1)} ×`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

/** In how many cases low, or none, came so long before the silence. */
function LeadTimes({ tested }: { tested: Tested }) {
  return (
    <Panel title="How long before" aside={<span className="quiet">low or none already</span>}>
      <table className="rows">
        <tbody>
          {tested.lead_times.map((lead) => (
            <tr key={lead.days}>
              <td>{counted(lead.days, "day", "days")} before the last active day</td>
              <td className="num nowrap">
                {lead.low.all > 0 ? (
                  <>
                    {percent(lead.low.share)}{" "}
                    <small>
                      {lead.low.left} of {lead.low.all}
                    </small>
                  </>
                ) : (
                  "–"
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Cuts() {
  const url = useUrlState();
  const all = useCalibrations();
  const asked = url.get("cuts");
  const day = all.data?.data.find((one) => one.day === asked)?.day ?? all.data?.data.at(-1)?.day;
  const calibration = useCalibration(day);
  return (
    <Panel
      title="Where the levels divide"
      aside={
        all.data &&
        all.data.data.length > 0 && (
          <Choice
            label="Cuts of"
            value={day ?? ""}
            onChange={(event) => url.set({ cuts: event.target.value === all.data.data.at(-1)?.day ? undefined : event.target.value }, "replace")}
          >
            {[...all.data.data].reverse().map((one, at) => (
              <option key={one.day} value={one.day}>
                {dayWords(one.day)}
                {at === 0 ? ", in force" : ""}
              </option>
            ))}
          </Choice>
        )
      }
    >
      {all.data?.data.length === 0 ? (
        <Empty>No cuts were made yet. The first come with the first month-end that has enough accounts.</Empty>
      ) : (
        <Ready of={calibration}>{(answer) => <CutsOf calibration={answer} />}</Ready>
      )}
    </Panel>
  );
}

function CutsOf({ calibration }: { calibration: Calibration }) {
  const kShown = 12;
  const address = useAddress();
  const session = useSession();
  const say = useSay();
  const adopt = useChange(
    (note: string) => answered<unknown>(client.POST("/api/v1/calibrations/adopt", { body: { note } })),
    ["status", "calibrations"],
  );
  const { evidence, before, moves } = calibration;
  return (
    <>
      <p>{calibration.words}</p>
      {calibration.doubt && (
        <p>
          <span className="doubt" aria-hidden="true">
            ?
          </span>{" "}
          {calibration.doubt}
        </p>
      )}
      <div className="two">
        <div>
          {evidence && evidence.curve.length > 0 ? (
            <XyPlot
              title="Share that went silent, by points"
              xLabel="points"
              yLabel="went silent within 30 days"
              curves={[riskCurve(calibration)]}
              xFormat={(value) => number(value)}
              yFormat={percent}
              isRooted
              yMost={1}
              cuts={[
                ...(calibration.low_cut === undefined
                  ? []
                  : [
                      {
                        at: calibration.low_cut / 1000,
                        least: evidence.low_cut.least / 1000,
                        most: evidence.low_cut.most / 1000,
                        label: "low up to",
                        colour: "--low",
                      },
                    ]),
                ...(calibration.high_cut === undefined
                  ? []
                  : [
                      {
                        at: calibration.high_cut / 1000,
                        least: evidence.high_cut.least / 1000,
                        most: evidence.high_cut.most / 1000,
                        label: "high above",
                        colour: "--high",
                      },
                    ]),
              ]}
            />
          ) : (
            <Empty>There is no curve for these cuts: too few accounts had left.</Empty>
          )}
          <p className="quiet">
            Each dot stands for snapshots alike in points, with its 95 % interval. Shaded: where the cut lay in{" "}
            {evidence ? number(evidence.draws) : "200"} samples of the same accounts.
          </p>
        </div>
        <div>
          {before && (
            <>
              <h3>Against the cuts before, of {dayWords(before.day)}</h3>
              <table className="rows">
                <thead>
                  <tr>
                    <th />
                    <th className="num">Before</th>
                    <th className="num">These</th>
                  </tr>
                </thead>
                <tbody>
                  <tr>
                    <td>Low is up to</td>
                    <td className="num">{before.low_cut === null ? "–" : points(before.low_cut)}</td>
                    <td className="num">{calibration.low_cut === undefined ? "–" : points(calibration.low_cut)}</td>
                  </tr>
                  <tr>
                    <td>High is above</td>
                    <td className="num">{points(before.high_cut)}</td>
                    <td className="num">{calibration.high_cut === undefined ? "–" : points(calibration.high_cut)}</td>
                  </tr>
                  <tr>
                    <td>Accounts that left, counted</td>
                    <td className="num">{number(before.churn_episodes)}</td>
                    <td className="num">{number(calibration.churn_episodes)}</td>
                  </tr>
                </tbody>
              </table>
            </>
          )}
          {moves && moves.length > 0 && (
            <>
              <h3>{counted(moves.length, "account stands", "accounts stand")} elsewhere by them</h3>
              <ul className="movers one">
                {moves.slice(0, kShown).map((move) => (
                  <li key={move.account_id}>
                    <Link href={address(`/accounts/${encodeURIComponent(move.account_id)}`)}>{move.account_id}</Link>{" "}
                    <Move from={move.from as Level} to={move.to as Level} /> <small>{points(move.milli_points)} points</small>
                  </li>
                ))}
                {moves.length > kShown && <li className="quiet">and {number(moves.length - kShown)} more</li>}
              </ul>
            </>
          )}
          {mayWrite(session.data) && (
            <button
              type="button"
              disabled={adopt.isPending}
              onClick={() => adopt.mutate("", { onSuccess: () => say("Cuts are made anew with the next published day.") })}
            >
              Make them anew with the next day
            </button>
          )}
        </div>
      </div>
    </>
  );
}

function ChurnPanels() {
  const kStep = 12;
  const [shown, setShown] = useState(kStep);
  const churn = useChurn();
  const address = useAddress();
  return (
    <>
      <div className="two">
        <Panel title="How long accounts of a level stay">
          <Ready of={churn}>
            {(answer) => {
              const curves = survivalCurves(answer.survival);
              if (curves.length === 0) return <Empty>Nothing can be said yet.</Empty>;
              return (
                <>
                  <XyPlot
                    title="Share still active, by level at a month-end"
                    xLabel="days since the month-end"
                    yLabel="still active"
                    curves={curves}
                    xFormat={(value) => number(value)}
                    yFormat={percent}
                    yMost={1}
                  />
                  <p className="quiet">By the level an account had at a month-end (Kaplan and Meier).</p>
                </>
              );
            }}
          </Ready>
        </Panel>
        <Panel title="Who fell silent">
          <Ready of={churn}>
            {(answer) => (
              <>
                <p>
                  {counted(answer.accounts.length, "account", "accounts")} between {dayWords(answer.from)} and {dayWords(answer.to)}
                  {answer.came_back.all > 0 &&
                    `; of the ${number(answer.came_back.all)} found silent a month ago or earlier, ${number(answer.came_back.left)} came back within 30 days`}
                  .
                </p>
                <div className="scroll-x">
                  <table className="rows">
                    <thead>
                      <tr>
                        <th>Account</th>
                        <th>Last active</th>
                        <th>Level then</th>
                        <th className="num">Points then</th>
                      </tr>
                    </thead>
                    <tbody>
                      {answer.accounts.slice(0, shown).map((account) => (
                        <tr key={`${account.account_id} ${account.churn_day}`}>
                          <td className="name">
                            <Link href={address(`/accounts/${encodeURIComponent(account.account_id)}`, { day: account.churn_day })}>
                              {account.account_id}
                            </Link>
                          </td>
                          <td className="nowrap">
                            {dayWords(account.churn_day)}
                            {account.returned && <small className="block">back {dayWords(account.returned)}</small>}
                          </td>
                          <td>{account.level ? <LevelMark level={account.level as Level} /> : "–"}</td>
                          <td className="num">{account.milli_points === null ? "–" : points(account.milli_points)}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
                {answer.accounts.length > shown && (
                  <button type="button" className="more" onClick={() => setShown(shown + 4 * kStep)}>
                    Show more ({number(answer.accounts.length - shown)} left)
                  </button>
                )}
              </>
            )}
          </Ready>
        </Panel>
      </div>
    </>
  );
}

function Reliability({ tested }: { tested: Tested }) {
  if (tested.calibration.length === 0) return null;
  return (
    <Panel title="Does the probability keep its word?">
      <div className="two">
        <XyPlot
          title="Foretold against come true"
          xLabel="foretold"
          yLabel="came true"
          curves={[reliability(tested)]}
          xFormat={percent}
          yFormat={percent}
          xMost={1}
          yMost={1}
          diagonal
        />
        <div>
          <p>
            Accounts were put in ten groups by the probability they were given. On the dashed line, as many of a group fell silent as was foretold.
          </p>
          <p>
            On average it is off by <b>{percent(tested.calibration_error)}</b>
            {tested.brier !== null && (
              <>
                ; Brier score <b>{tested.brier.toFixed(4)}</b>
              </>
            )}
            .
          </p>
          <p className="quiet">
            The whole report as a page to take along: <code>tidemark backtest --html report.html</code>
          </p>
        </div>
      </div>
    </Panel>
  );
}
