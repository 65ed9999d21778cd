import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { Problem, type Level } from "../../api/client";
import type { useWhatIf } from "../../api/questions";
import { TimeChart } from "../../charts/time_chart";
import { Move, LevelMark } from "../../ui/level";
import { Failed, Loading, Panel, sentence } from "../../ui/panel";
import { counted, dayWords, number, percent, points, signed } from "../../ui/words";
import { useAddress } from "../../url_state";
import { historyLines, levelPairs, pairsOf100, verdict } from "./what_if_data";

type Asked = ReturnType<typeof useWhatIf>;
export type WhatIf = NonNullable<Asked extends UseQueryResult<infer T> ? T : never>;

const kOvertaken = 409;

/** What would come of the draft; it follows while a slider moves. */
export function WhatIfPanel({ whatIf, isChanged, isToml, isBusy }: { whatIf: Asked; isChanged: boolean; isToml: boolean; isBusy: boolean }) {
  const answer = whatIf.data;
  const isWrong = whatIf.isError && !(whatIf.error instanceof Problem && whatIf.error.status === kOvertaken);
  return (
    <Panel
      title={isChanged ? "What would change" : "As it is"}
      aside={
        <span className="quiet" aria-live="polite">
          {isBusy ? "Working it out" : answer && dayWords(answer.day)}
        </span>
      }
    >
      {!isToml ? (
        <p className="quiet">This follows again once the text is TOML.</p>
      ) : isWrong && isChanged ? (
        <p className="wrong" role="alert">
          {sentence(whatIf.error.message)}
        </p>
      ) : isWrong ? (
        <Failed error={whatIf.error} retry={() => void whatIf.refetch()} />
      ) : !answer ? (
        <Loading lines={8} />
      ) : (
        <Outcome answer={answer} isChanged={isChanged} />
      )}
    </Panel>
  );
}

function Outcome({ answer, isChanged }: { answer: WhatIf; isChanged: boolean }) {
  const [shows, setShows] = useState<"becomes" | "is">("becomes");
  const drawn = useMemo(() => historyLines(answer.is.history, answer.becomes.history, shows), [answer, shows]);
  const most = useMemo(() => {
    const sum = (entry: { accounts: Record<string, number> }) =>
      Object.entries(entry.accounts).reduce((all, [level, count]) => (level === "inactive" ? all : all + count), 0);
    return Math.max(1, ...answer.is.history.map(sum), ...answer.becomes.history.map(sum)) * 1.05;
  }, [answer]);
  return (
    <>
      <table className="rows then">
        <thead>
          <tr>
            <th>Level</th>
            <th className="num">Now</th>
            {isChanged && <th className="num">Then</th>}
            {isChanged && <th className="num" />}
          </tr>
        </thead>
        <tbody>
          {levelPairs(answer.levels_before, answer.levels_after).map(({ level, before, after }) => (
            <tr key={level}>
              <td>
                <LevelMark level={level} />
              </td>
              <td className="num">{number(before)}</td>
              {isChanged && (
                <td className="num">
                  <b>{number(after)}</b>
                </td>
              )}
              {isChanged && <td className="num quiet">{after === before ? "" : signed(after - before)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet small">By points and cuts alone. Published levels also wait some days before they move, so a few accounts differ.</p>
      <h3>
        Levels over the history
        {isChanged && (
          <span className="toggle" role="group" aria-label="Levels under">
            <button type="button" aria-pressed={shows === "is"} onClick={() => setShows("is")}>
              Now
            </button>
            <button type="button" aria-pressed={shows === "becomes"} onClick={() => setShows("becomes")}>
              Then
            </button>
          </span>
        )}
      </h3>
      <TimeChart
        title="Accounts per level"
        days={drawn.days}
        lines={drawn.lines}
        isStacked
        height={150}
        range={[0, most]}
        legend={isChanged && shows === "becomes" ? "Under the draft" : "Under the definition in force"}
      />
      <h3>Would it have told who leaves?</h3>
      <Trial is={answer.is.trial} becomes={isChanged ? answer.becomes.trial : undefined} />
      {isChanged && <Movers answer={answer} />}
    </>
  );
}

type Trial = WhatIf["is"]["trial"];

function Trial({ is, becomes }: { is: Trial; becomes: Trial | undefined }) {
  if (is.days.length === 0) return <p className="quiet">There is no month yet of which the end is known.</p>;
  const low = (trial: Trial) => trial.by_level["low"];
  const rows: { what: string; now: string; then: string; how: "better" | "worse" | "alike" }[] = [];
  const add = (
    what: string,
    now: number | null | undefined,
    then: number | null | undefined,
    format: (value: number) => string,
    isMoreBetter: boolean,
    least: number,
  ) => {
    const went = verdict(now ?? null, then ?? null, least);
    rows.push({
      what,
      now: now === null || now === undefined ? "–" : format(now),
      then: then === null || then === undefined ? "–" : format(then),
      how: went === "alike" || isMoreBetter ? went : went === "better" ? "worse" : "better",
    });
  };
  add("Pairs in the right order, of 100", is.auc, becomes?.auc, pairsOf100, true, 0.0005);
  add("Went silent from Low", low(is)?.all ? low(is)?.share : null, becomes && low(becomes)?.all ? low(becomes)?.share : null, percent, true, 0.001);
  add(
    "Went silent from above Low",
    is.above_low.all ? is.above_low.share : null,
    becomes?.above_low.all ? becomes.above_low.share : null,
    percent,
    false,
    0.0005,
  );
  return (
    <>
      <table className="rows then">
        <thead>
          <tr>
            <th>At {counted(is.days.length, "month-end", "month-ends")}</th>
            <th className="num">Now</th>
            {becomes && <th className="num">Then</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.what}>
              <td>{row.what}</td>
              <td className="num">{row.now}</td>
              {becomes && (
                <td className={`num ${row.how === "better" ? "plus" : row.how === "worse" ? "minus" : ""}`}>
                  <b>{row.then}</b>
                  <span className="hidden">{row.how === "alike" ? "" : `, ${row.how}`}</span>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Movers({ answer }: { answer: WhatIf }) {
  const kStep = 8;
  const [shown, setShown] = useState(kStep);
  const address = useAddress();
  const moved = answer.accounts;
  return (
    <>
      <h3>Who would stand elsewhere today</h3>
      {moved.length === 0 ? (
        <p className="quiet">Nobody.</p>
      ) : (
        <table className="rows">
          <tbody>
            {moved.slice(0, shown).map((mover) => (
              <tr key={mover.account_id}>
                <td className="name">
                  <Link href={address(`/accounts/${encodeURIComponent(mover.account_id)}`)}>{mover.account_id}</Link>
                  {mover.why[0] && <small className="block">{mover.why[0].label}</small>}
                </td>
                <td className="nowrap">
                  <Move from={mover.from as Level} to={mover.to as Level} />
                </td>
                <td className="num nowrap">
                  {points(mover.milli_points_from)} → {points(mover.milli_points_to)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {moved.length > shown && (
        <button type="button" className="more" onClick={() => setShown(shown + 3 * kStep)}>
          Show more ({number(moved.length - shown)} left)
        </button>
      )}
    </>
  );
}
