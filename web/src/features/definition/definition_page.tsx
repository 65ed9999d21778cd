import { useEffect, useMemo, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { mayWrite, useDefinition, useSession, useWhatIf, whatIfKey } from "../../api/questions";
import { useSay } from "../../ui/notice";
import { Failed, Loading } from "../../ui/panel";
import { useUrlState } from "../../url_state";
import { ActionCards } from "./action_cards";
import { parsed, type DefinitionNow } from "./draft_data";
import { HistoryTab } from "./history_tab";
import { LearnedTab } from "./learned_tab";
import { PublishDialog } from "./publish_dialog";
import { RestTab } from "./rest_tab";
import { TextTab } from "./text_tab";
import { WhatIfPanel } from "./what_if_panel";

const kTabs = [
  ["actions", "Actions"],
  ["rest", "Levels and the rest"],
  ["learned", "Learned"],
  ["text", "As text"],
  ["history", "History"],
] as const;

const kDraftPlace = "tidemark draft";

/** A draft somebody left, and of which version of the definition. */
function keptDraft(): { version: string; toml: string } | undefined {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(kDraftPlace) ?? "null");
    if (
      typeof kept === "object" &&
      kept !== null &&
      "version" in kept &&
      "toml" in kept &&
      typeof kept.version === "string" &&
      typeof kept.toml === "string"
    ) {
      return { version: kept.version, toml: kept.toml };
    }
  } catch {
    // What stands there is not ours.
  }
  return undefined;
}

/** What counts and for how much: changed by hand, with what would come of it in view. */
export default function DefinitionPage() {
  const definition = useDefinition();
  if (definition.isError && !definition.data) return <Failed error={definition.error} retry={() => void definition.refetch()} />;
  if (!definition.data) return <Loading lines={8} />;
  return <Workbench key={definition.data.version} now={definition.data} />;
}

function Workbench({ now }: { now: DefinitionNow }) {
  const url = useUrlState();
  const say = useSay();
  const session = useSession();
  const queries = useQueryClient();
  const tab = kTabs.find(([name]) => name === url.get("tab"))?.[0] ?? "actions";
  const [kept, setKept] = useState(keptDraft);
  const [draft, setDraft] = useState(() => (kept?.version === now.version ? kept.toml : now.toml));
  // Somebody else published since the draft was begun: it is not thrown away unasked.
  const older = kept && kept.version !== now.version && kept.toml !== now.toml ? kept : undefined;
  const [asked, setAsked] = useState(draft);
  const isTyped = useRef(false);
  const [isPublishing, setPublishing] = useState(false);
  const isChanged = draft !== now.toml;
  const isToml = useMemo(() => parsed(draft) !== undefined, [draft]);

  // Asked while a slider moves, but not for every pixel of it.
  useEffect(() => {
    if (draft === asked) return;
    const timer = window.setTimeout(() => setAsked(draft), isTyped.current ? 350 : 60);
    return () => window.clearTimeout(timer);
  }, [draft, asked]);
  const whatIf = useWhatIf(now.version, asked, isToml);

  // The server spells the draft as it would keep it; what somebody types stays as typed.
  useEffect(() => {
    if (isTyped.current || whatIf.isPlaceholderData || !whatIf.data || asked !== draft) return;
    const spelled = whatIf.data.definition;
    if (spelled === draft) return;
    queries.setQueryData(whatIfKey(now.version, spelled), whatIf.data);
    setDraft(spelled);
    setAsked(spelled);
  }, [whatIf.data, whatIf.isPlaceholderData, asked, draft, queries, now.version]);

  useEffect(() => {
    if (older) return;
    if (isChanged) window.localStorage.setItem(kDraftPlace, JSON.stringify({ version: now.version, toml: draft }));
    else window.localStorage.removeItem(kDraftPlace);
  }, [draft, isChanged, now.version, older]);

  const isBusy = asked !== draft || whatIf.isFetching;
  const edit = (toml: string | ((now: string) => string)) => {
    isTyped.current = false;
    setDraft(toml);
  };
  const type = (toml: string) => {
    isTyped.current = true;
    setDraft(toml);
  };
  const discard = () => {
    const before = draft;
    edit(now.toml);
    say("The draft is gone.", () => edit(before));
  };
  return (
    <>
      <div className="heading">
        <h1>Definition</h1>
        <span className="quiet">
          {now.name} · version <code>{now.version.slice(0, 7)}</code>
          {isChanged && <b className="flag">draft, kept in this browser</b>}
        </span>
        <span className="end buttons">
          <button type="button" disabled={!isChanged} onClick={discard}>
            Discard draft
          </button>
          {mayWrite(session.data) && (
            <button
              type="button"
              className="primary"
              disabled={!isChanged || !isToml || whatIf.isError || isBusy}
              onClick={() => setPublishing(true)}
            >
              Publish
            </button>
          )}
        </span>
      </div>
      {older && (
        <p className="banner" role="note">
          <b>The definition was changed since you began your draft.</b> Take the draft up again, and it replaces what others changed when you publish.{" "}
          <button
            type="button"
            onClick={() => {
              edit(older.toml);
              setKept(undefined);
            }}
          >
            Take it up again
          </button>{" "}
          <button type="button" onClick={() => setKept(undefined)}>
            Discard it
          </button>
        </p>
      )}
      <div className="tabs" role="tablist" aria-label="Parts of the definition" data-keys="">
        {kTabs.map(([name, words]) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => url.set({ tab: name === "actions" ? undefined : name }, "replace")}
            onKeyDown={(event) => {
              const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (step === 0) return;
              const at = kTabs.findIndex(([other]) => other === name);
              const next = kTabs[(at + step + kTabs.length) % kTabs.length]?.[0];
              if (!next) return;
              url.set({ tab: next === "actions" ? undefined : next }, "replace");
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {words}
          </button>
        ))}
      </div>
      <div className="two workbench">
        <div className="stack" role="tabpanel" aria-labelledby={`tab-${tab}`}>
          {tab === "actions" && (isToml ? <ActionCards draft={draft} edit={edit} /> : <NoToml />)}
          {tab === "rest" && (isToml ? <RestTab draft={draft} edit={edit} calibration={whatIf.data?.is.calibration} /> : <NoToml />)}
          {tab === "learned" && <LearnedTab take={edit} />}
          {tab === "text" && <TextTab draft={draft} type={type} />}
          {tab === "history" && <HistoryTab now={now} />}
        </div>
        <div className="stack follows">
          <WhatIfPanel whatIf={whatIf} isChanged={isChanged} isToml={isToml} isBusy={isBusy} />
        </div>
      </div>
      {isPublishing && whatIf.data && (
        <PublishDialog
          draft={draft}
          now={now}
          whatIf={whatIf.data}
          close={(isDone) => {
            setPublishing(false);
            if (isDone) window.localStorage.removeItem(kDraftPlace);
          }}
        />
      )}
    </>
  );
}

function NoToml() {
  return <p className="banner">The text of the draft is not TOML at the moment. Mend it under “As text”, or discard the draft.</p>;
}
