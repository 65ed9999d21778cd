import { useState, type FormEvent } from "react";
import { answered, client, Problem, type Day, type Level } from "../../api/client";
import { mayWrite, useOverride, useProperties, useRisk, useSession, useStatus } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { LevelMark } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { counted, dayOfSeconds, dayWords, daysBetween, kShownLevels, levelLabel, percent, plusDays, points, value } from "../../ui/words";
import { useUrlState } from "../../url_state";
import { ownerProperty, valueProperty } from "../accounts/property_data";
import { Silence } from "./silence";
import { tenureWords, type Account, type Explanation } from "./account_data";

export function Header({ account, day, explanation }: { account: Account; day: Day; explanation: Explanation | undefined }) {
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
      <Silence id={account.account_id} />
      {isOverriding && <OverrideDialog id={account.account_id} isSet={inForce !== undefined} close={() => setOverriding(false)} />}
    </>
  );
}

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
  // The workspace's day, not the browser's: its zone or clock may be another.
  const finished = useStatus().data?.last_finished_day;
  const today = finished ? plusDays(finished, 1) : dayOfSeconds(Date.now() / 1000);
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
