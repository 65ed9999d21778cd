import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answered, client, Problem } from "../../api/client";
import { mayWrite, useSession, useVersions } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready, sentence } from "../../ui/panel";
import { dayWords } from "../../ui/words";
import type { DefinitionNow } from "./draft_data";

/** Since when which version, what it changed, and the way back. */
export function HistoryTab({ now }: { now: DefinitionNow }) {
  const versions = useVersions();
  const session = useSession();
  const [back, setBack] = useState<string | null>(null);
  return (
    <Panel title="Versions days were published under">
      <Ready of={versions}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>Nothing is published yet.</Empty>
          ) : (
            <ol className="versions">
              {[...answer.data].reverse().map((version, at) => (
                <li key={`${version.version} ${version.from}`}>
                  <header>
                    <code>{version.version.slice(0, 7)}</code> <b>{version.name}</b>
                    <span className="quiet">
                      {dayWords(version.from)} to {at === 0 ? "now" : dayWords(version.to)}
                    </span>
                    {version.version === now.version ? (
                      <span className="flag good">in force</span>
                    ) : (
                      mayWrite(session.data) && (
                        <button type="button" onClick={() => setBack(version.version)}>
                          Go back to it
                        </button>
                      )
                    )}
                  </header>
                  {version.changes.length > 0 && (
                    <ul>
                      {version.changes.map((change) => (
                        <li key={change.what}>
                          {change.what}: <del>{change.before || "nothing"}</del> → <ins>{change.after || "nothing"}</ins>
                        </li>
                      ))}
                    </ul>
                  )}
                </li>
              ))}
            </ol>
          )
        }
      </Ready>
      {back && <RollBack version={back} etag={now.etag} close={() => setBack(null)} />}
    </Panel>
  );
}

function RollBack({ version, etag, close }: { version: string; etag: string; close: () => void }) {
  const say = useSay();
  const queries = useQueryClient();
  const change = useChange(
    (note: string) =>
      answered<unknown>(client.POST("/api/v1/definition/roll-back", { params: { header: { "If-Match": etag } }, body: { version, note } })),
    [],
    "shown",
  );
  return (
    <Dialog title={`Go back to version ${version.slice(0, 7)}`} onClose={close}>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          await change.mutateAsync(String(new FormData(event.currentTarget).get("note") ?? "")).then(
            async () => {
              say("Done. The next published day is the first under it; what was published stays.");
              close();
              await queries.invalidateQueries();
            },
            () => {},
          );
        }}
      >
        <Field label="Why" name="note" />
        {change.error instanceof Problem && (
          <p className="wrong" role="alert">
            {sentence(change.error.message)}
          </p>
        )}
        <button type="submit" className="primary" disabled={change.isPending}>
          Go back to it
        </button>
      </form>
    </Dialog>
  );
}
