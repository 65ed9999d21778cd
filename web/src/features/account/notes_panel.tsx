import { type FormEvent } from "react";
import { answered, client } from "../../api/client";
import { mayWrite, useNotes, useSession } from "../../api/questions";
import { useChange } from "../../ui/change";
import { useSay } from "../../ui/notice";
import { Panel, Ready, sentence } from "../../ui/panel";
import { agoWords } from "../../ui/words";

export function NotesPanel({ id }: { id: string }) {
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
