import { useQueryClient } from "@tanstack/react-query";
import { answered, client, Problem, type Level } from "../../api/client";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { LevelMark, Move } from "../../ui/level";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { counted, number, signed } from "../../ui/words";
import type { DefinitionNow } from "./draft_data";
import { levelPairs } from "./what_if_data";
import type { WhatIf } from "./what_if_panel";

/** Shows once more what will change, asks for a note, and publishes. */
export function PublishDialog({
  draft,
  now,
  whatIf,
  close,
}: {
  draft: string;
  now: DefinitionNow;
  whatIf: WhatIf;
  close: (isDone: boolean) => void;
}) {
  const kShown = 10;
  const say = useSay();
  const queries = useQueryClient();
  const publish = useChange(
    (note: string) =>
      answered<unknown>(client.PUT("/api/v1/definition", { params: { header: { "If-Match": now.etag } }, body: { toml: draft, note } })),
    [],
    "shown",
  );
  return (
    <Dialog title="Publish this definition" onClose={() => close(false)} wide>
      <form
        onSubmit={async (event) => {
          event.preventDefault();
          await publish.mutateAsync(String(new FormData(event.currentTarget).get("note") ?? "")).then(
            async () => {
              say("Published. The next day is the first under it; what was published before stays as people saw it.");
              close(true);
              await queries.invalidateQueries();
            },
            () => {},
          );
        }}
      >
        <div className="two">
          <div>
            <h3>What differs</h3>
            <ul className="differences">
              {whatIf.differences.map((difference) => (
                <li key={difference.what}>
                  {difference.what}: <del>{difference.before || "nothing"}</del> → <ins>{difference.after || "nothing"}</ins>
                </li>
              ))}
            </ul>
          </div>
          <div>
            <h3>Accounts per level</h3>
            <ul className="counts">
              {levelPairs(whatIf.levels_before, whatIf.levels_after).map(({ level, before, after }) => (
                <li key={level}>
                  <LevelMark level={level} /> <b>{number(after)}</b> {after !== before && <small>{signed(after - before)}</small>}
                </li>
              ))}
            </ul>
          </div>
        </div>
        <h3>{whatIf.accounts.length === 0 ? "Nobody would stand elsewhere today" : "Who would stand elsewhere today"}</h3>
        <ul className="movers">
          {whatIf.accounts.slice(0, kShown).map((mover) => (
            <li key={mover.account_id}>
              <b>{mover.account_id}</b> <Move from={mover.from as Level} to={mover.to as Level} />
            </li>
          ))}
          {whatIf.accounts.length > kShown && <li className="quiet">and {counted(whatIf.accounts.length - kShown, "other", "others")}</li>}
        </ul>
        <Field label="Why" name="note" required autoFocus hint="It stands in the history and in the audit log, for whoever wonders in a year." />
        {publish.error instanceof Problem && (
          <p className="wrong" role="alert">
            {sentence(publish.error.message)}
          </p>
        )}
        <div className="buttons">
          <button type="submit" className="primary" disabled={publish.isPending}>
            {publish.isPending ? "Publishing" : "Publish"}
          </button>
          <button type="button" onClick={() => close(false)}>
            Not yet
          </button>
        </div>
      </form>
    </Dialog>
  );
}
