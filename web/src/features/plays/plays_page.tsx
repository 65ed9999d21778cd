import { useEffect, useState } from "react";
import { Link } from "wouter";
import { answered, client } from "../../api/client";
import { mayWrite, useFirings, usePlayEffect, usePlayPreview, usePlays, useSession } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Choice } from "../../ui/field";
import { LevelMark, Move } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready } from "../../ui/panel";
import { TomlEditor } from "../../ui/toml_editor";
import { counted, dayAndMonth, dayWords, number, sentence } from "../../ui/words";
import { useAddress, useUrlState } from "../../url_state";
import { ownersOf, previewWords, weekly, type Firing, type Play } from "./plays_data";

const kDays = 90;

/** What is to be done, for whom; and the plays that ask for it. */
export default function PlaysPage() {
  const plays = usePlays();
  const session = useSession();
  return (
    <>
      <h1>Plays</h1>
      <p className="lede">Which accounts get what once something has come about, at a pace you can bear.</p>
      <ToDo mayMark={mayWrite(session.data)} />
      <Ready of={plays} lines={8}>
        {(answer) => (
          <>
            {answer.problem !== null && (
              <p className="banner" role="alert">
                <b>No play is looked at:</b> {answer.problem}. Mend it below.
              </p>
            )}
            {answer.data.length > 0 && (
              <Panel
                title="What there is"
                aside={<span className="quiet">{answer.is_own ? "from plays.toml" : "built in, all off until turned on"}</span>}
              >
                <ul className="plays">
                  {answer.data.map((play) => (
                    <PlayCard key={play.name} play={play} mayTurn={mayWrite(session.data)} />
                  ))}
                </ul>
              </Panel>
            )}
            <AsText toml={answer.toml} problem={answer.problem ?? undefined} mayWrite={mayWrite(session.data)} />
          </>
        )}
      </Ready>
    </>
  );
}

function ToDo({ mayMark }: { mayMark: boolean }) {
  const kStep = 20;
  const [shown, setShown] = useState(kStep);
  const url = useUrlState();
  const address = useAddress();
  const say = useSay();
  const open = useFirings({ state: "open", limit: 1000 });
  const mark = useChange(
    ({ firing, isDone }: { firing: Firing; isDone: boolean }) =>
      answered(client.PUT("/api/v1/plays/firings/{number}", { params: { path: { number: String(firing.number) } }, body: { is_done: isDone } })),
    ["firings", "plays"],
  );
  const owner = url.get("owner");
  const owners = ownersOf(open.data?.data ?? []);
  const rows = (open.data?.data ?? []).filter((one) => owner === undefined || one.owner === owner);
  return (
    <Panel
      title="To do"
      aside={
        owners.length > 0 && (
          <Choice label="Whose" value={owner ?? ""} onChange={(event) => url.set({ owner: event.target.value || undefined })}>
            <option value="">everybody’s</option>
            {owners.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </Choice>
        )
      }
    >
      <Ready of={open} lines={4}>
        {() =>
          rows.length === 0 ? (
            <Empty>Nothing is to be done. Plays that are on look at every day that is published.</Empty>
          ) : (
            <>
              <div className="scroll-x">
                <table className="rows folds">
                  <thead>
                    <tr>
                      <th>Account</th>
                      <th>Level</th>
                      <th>What to do, and why</th>
                      <th>Due</th>
                      <th />
                    </tr>
                  </thead>
                  <tbody>
                    {rows.slice(0, shown).map((one) => (
                      <tr key={one.number}>
                        <td className="name">
                          <Link href={address(`/accounts/${encodeURIComponent(one.account_id)}`)}>{one.account_id}</Link>
                          {one.owner && <small className="block">{one.owner}</small>}
                        </td>
                        <td className="nowrap">
                          <Where firing={one} />
                        </td>
                        <td className="why">
                          <b>{one.play}</b>
                          <small className="block">{one.message ?? one.reason}</small>
                        </td>
                        <td className="nowrap">{dayAndMonth(one.day)}</td>
                        <td className="num">
                          {mayMark && (
                            <button
                              type="button"
                              disabled={mark.isPending}
                              aria-label={`Done: ${one.play}, ${one.account_id}`}
                              onClick={() =>
                                mark.mutate(
                                  { firing: one, isDone: true },
                                  { onSuccess: () => say(`${one.account_id} is done.`, () => mark.mutate({ firing: one, isDone: false })) },
                                )
                              }
                            >
                              Done
                            </button>
                          )}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {rows.length > shown && (
                <button type="button" className="more" onClick={() => setShown(shown + kStep)}>
                  Show more ({number(rows.length - shown)} left)
                </button>
              )}
            </>
          )
        }
      </Ready>
    </Panel>
  );
}

function Where({ firing }: { firing: Firing }) {
  return firing.from ? <Move from={firing.from} to={firing.level} /> : <LevelMark level={firing.level} />;
}

function PlayCard({ play, mayTurn }: { play: Play; mayTurn: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const say = useSay();
  const turn = useChange((isOn: boolean) => answered(client.POST("/api/v1/plays/switch", { body: { play: play.name, is_on: isOn } })), ["plays"]);
  const isOn = play.on_since !== null;
  const toggle = () =>
    turn.mutate(!isOn, {
      onSuccess: () => say(isOn ? `“${play.name}” rests.` : `“${play.name}” looks at every day from the next one on.`, () => turn.mutate(isOn)),
    });
  return (
    <li className={isOn ? "on" : undefined}>
      <div className="play-line">
        <div>
          <h3>{play.name}</h3>
          <p>{play.words}</p>
          {play.do && <p className="quiet">{play.do}</p>}
          <p className="quiet small">
            {isOn ? `On since ${dayWords(play.on_since ?? "")}` : "Off"}
            {play.to && ` · to ${play.to}`}
            {play.due > 0 && ` · was due for ${counted(play.due, "account", "accounts")}, ${number(play.open)} open`}
            {play.held_out > 0 && `, ${number(play.held_out)} held out`}
          </p>
          {play.held_out > 0 && <Effect play={play.name} />}
        </div>
        <div className="play-buttons">
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Close" : "What would it have done?"}
          </button>
          {mayTurn && (
            <button type="button" disabled={turn.isPending} onClick={toggle}>
              {isOn ? "Turn off" : "Turn on"}
            </button>
          )}
        </div>
      </div>
      {isOpen && <Preview play={play} />}
    </li>
  );
}

function Effect({ play }: { play: string }) {
  const effect = usePlayEffect(play, true);
  return effect.data ? <p className="small">{effect.data.verdict}</p> : null;
}

function Preview({ play }: { play: Play }) {
  const kShown = 8;
  const address = useAddress();
  const preview = usePlayPreview(play.name, true);
  return (
    <div className="preview">
      <Ready of={preview} lines={3}>
        {(answer) => {
          const weeks = weekly(answer.firings, answer.to, 13);
          const most = Math.max(1, ...weeks.map((week) => week.due));
          const last = answer.firings
            .filter((one) => !one.is_held_out)
            .slice(-kShown)
            .reverse();
          return (
            <>
              <p>{previewWords(answer, kDays)}</p>
              {last.length > 0 && (
                <>
                  <ol className="weeks" aria-label="Due in each week">
                    {weeks.map((week) => (
                      <li key={week.from} title={`Week from ${dayWords(week.from)}: ${week.due}`}>
                        <span style={{ height: `${(week.due / most) * 100}%` }} />
                        <small>{number(week.due)}</small>
                      </li>
                    ))}
                  </ol>
                  <div className="scroll-x">
                    <table className="rows">
                      <thead>
                        <tr>
                          <th>Day</th>
                          <th>Account</th>
                          <th>Level</th>
                          <th>Message</th>
                        </tr>
                      </thead>
                      <tbody>
                        {last.map((one) => (
                          <tr key={`${one.day} ${one.account_id}`}>
                            <td className="nowrap">{dayAndMonth(one.day)}</td>
                            <td className="name">
                              <Link href={address(`/accounts/${encodeURIComponent(one.account_id)}`, { day: one.day })}>{one.account_id}</Link>
                            </td>
                            <td className="nowrap">
                              <Where firing={one} />
                            </td>
                            <td className="why">{one.message ?? one.reason ?? "–"}</td>
                          </tr>
                        ))}
                      </tbody>
                    </table>
                  </div>
                </>
              )}
            </>
          );
        }}
      </Ready>
    </div>
  );
}

/** The same as TOML: to change them, and to write others. */
function AsText({ toml, problem, mayWrite }: { toml: string; problem: string | undefined; mayWrite: boolean }) {
  const [draft, setDraft] = useState(toml);
  const [wrong, setWrong] = useState<string>();
  const say = useSay();
  useEffect(() => setDraft(toml), [toml]);
  const write = useChange((text: string) => answered(client.PUT("/api/v1/plays", { body: { toml: text } })), ["plays", "play preview"], "shown");
  const isChanged = draft !== toml;
  return (
    <Panel
      title="As text"
      aside={
        mayWrite && (
          <>
            {isChanged && (
              <button
                type="button"
                onClick={() => {
                  setDraft(toml);
                  setWrong(undefined);
                }}
              >
                Discard
              </button>
            )}
            <button
              type="button"
              className="primary"
              disabled={!isChanged || write.isPending}
              onClick={() =>
                write.mutate(draft, {
                  onSuccess: () => {
                    setWrong(undefined);
                    say("Written to plays.toml.", () => write.mutate(toml));
                  },
                  onError: (failure) => setWrong(failure.message),
                })
              }
            >
              Write plays.toml
            </button>
          </>
        )
      }
    >
      <details open={problem !== undefined}>
        <summary>{sentence("the plays in TOML, to change them or to write your own")}</summary>
        <TomlEditor label="The plays in TOML" text={draft} problem={wrong ?? (isChanged ? undefined : problem)} type={setDraft}>
          <p className="quiet">What each line means: docs/plays.md. A play under another name is another play.</p>
        </TomlEditor>
      </details>
    </Panel>
  );
}
