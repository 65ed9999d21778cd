import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { Link } from "wouter";
import { answered, client, Problem } from "../../api/client";
import { isAdmin, mayWrite, useArrivals, useDefinition, useSession, useSignals, useStatus } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Copyable } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Choice } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Failed, Panel, sentence } from "../../ui/panel";
import { agoWords, counted, dayWords, number } from "../../ui/words";
import { useAddress, useUrlState } from "../../url_state";
import { actionsOf, parsed } from "../definition/draft_data";
import { useMakeKey } from "../settings/make_key";
import { isReport, kFields, kSnippets, mappingOf, mapTexts, missingWords, reportWords, type Preview, type Report } from "./set_up_data";

/** From nothing to scores: events, what counts, publish. */
export default function SetUpPage() {
  const url = useUrlState();
  const status = useStatus();
  const way = url.get("by") === "file" ? "file" : "sdk";
  return (
    <>
      <h1>{status.data && status.data.events === 0 ? "Welcome. Three steps to the first scores" : "Set-up"}</h1>
      <p className="lede">
        Bring events, choose what counts, publish. A file of past events shows scores within a minute; an SDK shows them the day after.
      </p>
      <Panel title="1 · Bring events">
        <div className="tabs" role="group" aria-label="How events come">
          <button type="button" aria-pressed={way === "sdk"} onClick={() => url.set({ by: undefined }, "replace")}>
            From an SDK
          </button>
          <button type="button" aria-pressed={way === "file"} onClick={() => url.set({ by: "file" }, "replace")}>
            From a file
          </button>
        </div>
        {way === "sdk" ? <FromSdk /> : <FromFile />}
      </Panel>
      <Choose />
      <Publish />
    </>
  );
}

function FromSdk() {
  const session = useSession();
  const make = useMakeKey();
  const [which, setWhich] = useState(0);
  const arrivals = useArrivals(true);
  const snippet = kSnippets[which] ?? kSnippets[0];
  const last = arrivals.data?.events.at(-1);
  const key = make.data?.secret ?? "YOUR_WRITE_KEY";
  return (
    <div className="two">
      <div>
        <div className="setting">
          <span>Your SDK</span>
          <Choice label="SDK" value={String(which)} onChange={(event) => setWhich(Number(event.target.value))}>
            {kSnippets.map((one, at) => (
              <option key={one.name} value={at}>
                {one.name}
              </option>
            ))}
          </Choice>
        </div>
        {snippet?.install && <Copyable text={snippet.install} label="How to install it" />}
        {snippet && <Copyable text={snippet.code(key, window.location.origin)} label="What to paste" />}
        <p className="quiet">Mixpanel, Amplitude and CloudEvents work as well; docs/connect.md has all of them.</p>
      </div>
      <div>
        {make.data ? (
          <p>The key stands in the snippet. It is shown once: copy it now, or make another later.</p>
        ) : isAdmin(session.data) ? (
          <p>
            <button
              type="button"
              className="primary"
              disabled={make.isPending}
              onClick={() => make.mutate({ scope: "ingest", name: "first source" })}
            >
              Make a key for it
            </button>
          </p>
        ) : (
          <p className="quiet">Ask an admin for a write key.</p>
        )}
        {make.isError && <Failed error={make.error} />}
        <div className="first-event" role="status" aria-live="polite">
          {last ? (
            <>
              <b>Events arrive.</b> The last: {last.event}
              {last.account_id ? ` of ${last.account_id}` : ", of an account nobody knows yet"}, {agoWords(last.received_at)}.
              {!last.account_id && " Say with each event which company it is for: groupId, or groups."}
            </>
          ) : (
            <>
              <span className="pulse" aria-hidden="true" /> Waiting for the first event. It shows here the moment it arrives.
            </>
          )}
        </div>
      </div>
    </div>
  );
}

type Kind = "events" | "accounts" | "users";

function FromFile() {
  const kMostBytes = 20 * 1024 * 1024;
  const session = useSession();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [kind, setKind] = useState<Kind>("events");
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [report, setReport] = useState<Report | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [isOver, setOver] = useState(false);

  const asks = useRef(0);
  const ask = async (which: File, as: Kind, mapped: Record<string, string>, isPreview: boolean) => {
    const number = ++asks.current;
    setBusy(true);
    setProblem(null);
    try {
      const answer = await answered(
        client.POST("/api/v1/imports", {
          params: { query: { name: which.name, kind: as, preview: isPreview ? "yes" : "no", map: mapTexts(mapped) } },
          body: which as never,
          bodySerializer: (body: unknown) => body as BodyInit,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      );
      if (number !== asks.current) return; // another file, or another mapping, was chosen since
      if (isReport(answer)) {
        setReport(answer);
        await queries.invalidateQueries();
      } else setPreview(answer);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (number !== asks.current) return;
      if (isPreview) setPreview(null);
      setProblem(error.message);
    } finally {
      if (number === asks.current) setBusy(false);
    }
  };
  const take = (next: File | undefined, as: Kind = kind) => {
    if (!next) return;
    setFile(next);
    setKind(as);
    setChosen({});
    setPreview(null);
    setReport(null);
    if (next.size > kMostBytes) setProblem(`${next.name} is larger than a browser may send (20 MB); import it with: tidemark import ${next.name}`);
    else void ask(next, as, {}, true);
  };
  if (!mayWrite(session.data)) return <p className="quiet">Only analysts and admins bring files.</p>;
  const mapping = preview && mappingOf(preview, chosen);
  return (
    <div className="two">
      <div>
        <label
          className={`drop${isOver ? " over" : ""}`}
          onDragOver={(event: DragEvent) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event: DragEvent) => {
            event.preventDefault();
            setOver(false);
            take(event.dataTransfer.files[0]);
          }}
        >
          <b>{file ? file.name : "Drop a file here, or choose one"}</b>
          <span className="quiet">CSV, JSON Lines or Parquet; plain, gzip, zstd or zip; up to 20 MB</span>
          <input
            type="file"
            aria-label="A file of events"
            onChange={(event) => {
              take(event.target.files?.[0]);
              event.target.value = ""; // the same file may be chosen again
            }}
          />
        </label>
        <div className="setting">
          <span>Its rows are</span>
          <Choice
            label="What its rows are"
            value={kind}
            onChange={(event) => (file ? take(file, event.target.value as Kind) : setKind(event.target.value as Kind))}
          >
            <option value="events">events: an account, a name, a time</option>
            <option value="accounts">accounts: an id and properties</option>
            <option value="users">users: an id, their account, properties</option>
          </Choice>
        </div>
        <p className="quiet">
          Larger files, and archives of Segment, PostHog, Mixpanel and Amplitude, in a terminal: <code>tidemark import FILE</code>
        </p>
      </div>
      <div aria-live="polite">
        {problem && (
          <p className="wrong" role="alert">
            {sentence(problem)}
          </p>
        )}
        {report ? (
          <>
            <p>
              <b>{reportWords(report)}</b>
            </p>
            <ul>
              {Object.entries(report.rejects).map(([reason, count]) => (
                <li key={reason}>
                  {reason.replaceAll("_", " ")}: {number(count)}
                </li>
              ))}
            </ul>
            {report.rejected > 0 && (
              <p className="quiet">Each with its line, value and reason in rejects/import-{report.import}.csv of the workspace.</p>
            )}
          </>
        ) : preview && mapping && file ? (
          <>
            <h3>What each column becomes</h3>
            <table className="rows">
              <tbody>
                {preview.columns.map(({ column }) => (
                  <tr key={column}>
                    <td>
                      <code>{column}</code>
                    </td>
                    <td>
                      <Choice
                        label={`What ${column} becomes`}
                        value={mapping[column] ?? ""}
                        onChange={(event) => {
                          const next = { ...chosen, [column]: event.target.value };
                          setChosen(next);
                          void ask(file, kind, next, true);
                        }}
                      >
                        <option value="">a property</option>
                        {kFields.map((field) => (
                          <option key={field}>{field}</option>
                        ))}
                      </Choice>
                    </td>
                    <td className="quiet who-cell">{preview.rows[0]?.[mapping[column] ?? ""] ?? ""}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {preview.problem && <p className="wrong">{missingWords(preview)}</p>}
            {preview.columns.length === 0 && <p className="quiet">{preview.format}</p>}
            {preview.rejects.map((reject) => (
              <p key={reject.line} className="wrong">
                Line {number(reject.line)} would be rejected{reject.value && `: “${reject.value}”`} ({reject.advice}).
              </p>
            ))}
            <button
              type="button"
              className="primary"
              disabled={isBusy || preview.problem !== null}
              onClick={() => void ask(file, kind, chosen, false)}
            >
              {isBusy ? "Importing" : "Import it"}
            </button>
          </>
        ) : (
          !problem && (
            <p className="quiet">{isBusy ? "Reading the first rows" : "What each column becomes shows here, before anything is written."}</p>
          )
        )}
      </div>
    </div>
  );
}

function Choose() {
  const kShown = 8;
  const address = useAddress();
  const definition = useDefinition();
  const signals = useSignals(4000);
  const actions = definition.data ? actionsOf(parsed(definition.data.toml) ?? {}) : [];
  const seen = signals.data?.data ?? [];
  const scored = seen.filter((signal) => signal.actions.length > 0);
  return (
    <Panel title="2 · Choose what counts" aside={<Link href={address("/definition")}>Open the definition</Link>}>
      {seen.length === 0 ? (
        <p className="quiet">The events that arrive show here, to choose from.</p>
      ) : (
        <>
          <p>
            {counted(seen.length, "kind of event was", "kinds of event were")} seen; {counted(scored.length, "of them earns", "of them earn")} points,
            by {counted(actions.length, "action", "actions")}.
          </p>
          <ul className="event-chips">
            {seen.slice(0, kShown).map((signal) => (
              <li key={signal.event} className={signal.actions.length > 0 ? "on" : undefined}>
                {signal.event} <small>{number(signal.events)}</small>
              </li>
            ))}
            {seen.length > kShown && <li className="quiet">and {number(seen.length - kShown)} more</li>}
          </ul>
        </>
      )}
    </Panel>
  );
}

function Publish() {
  const session = useSession();
  const status = useStatus();
  const queries = useQueryClient();
  const address = useAddress();
  const say = useSay();
  const [isWatching, setWatching] = useState(false);
  const [isAnew, setAnew] = useState(false);
  const publish = useChange((anew: boolean) => answered(client.POST("/api/v1/publishing", { body: { anew } })), ["status"], "shown");
  const begin = async (anew: boolean) => {
    setWatching(true);
    try {
      await publish.mutateAsync(anew);
      // It may take a while; the page asks until it is done.
      for (;;) {
        await new Promise((done) => window.setTimeout(done, 700));
        const now = await answered(client.GET("/api/v1/status", { params: { query: { runs: 1 } } }));
        if (now.nightly && !now.nightly.is_running) {
          if (now.nightly.problem) say(sentence(now.nightly.problem));
          else if (now.last_published) say(`Published up to ${dayWords(now.last_published)}.`);
          else say("There is no finished day with activity yet; the first is published when today has ended.");
          break;
        }
      }
      await queries.invalidateQueries();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(sentence(error.message));
    } finally {
      setWatching(false);
    }
  };
  const published = status.data?.last_published;
  return (
    <Panel title="3 · Publish">
      {isAnew && (
        <Dialog title="Publish the whole history anew" onClose={() => setAnew(false)}>
          <p>
            Everything that was published is forgotten: levels, moves and cuts as people saw them, and the versions of the definition they were made
            under. The history is then published under the definition as it stands. That is for the time of setting up; events, notes and overrides
            stay.
          </p>
          <div className="buttons">
            <button
              type="button"
              className="danger"
              onClick={() => {
                setAnew(false);
                void begin(true);
              }}
            >
              Forget and publish anew
            </button>
            <button type="button" onClick={() => setAnew(false)}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
      <p>
        {published ? (
          <>
            Published up to {dayWords(published)}. <Link href={address("/")}>See the overview</Link>
          </>
        ) : (
          "Nothing is published yet. From then on each day is published by itself, in the night after it."
        )}
      </p>
      {publish.isError && <Failed error={publish.error} />}
      {mayWrite(session.data) && (
        <div className="buttons">
          <button type="button" className="primary" disabled={isWatching} onClick={() => void begin(false)}>
            {isWatching ? "Publishing" : published ? "Publish what is missing" : "Publish the history"}
          </button>
          {published && isAdmin(session.data) && (
            <button type="button" disabled={isWatching} onClick={() => setAnew(true)}>
              Publish the whole history anew
            </button>
          )}
        </div>
      )}
    </Panel>
  );
}
