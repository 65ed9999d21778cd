import { useState, type FormEvent } from "react";
import { answered, client } from "../../api/client";
import { mayWrite, useSession, useSilenced } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { agoWords } from "../../ui/words";

/** Whether the account is told of to the tools people work in, and the way to change that. */
export function Silence({ id }: { id: string }) {
  const session = useSession();
  const silenced = useSilenced(id);
  const say = useSay();
  const [isAsking, setAsking] = useState(false);
  const path = { params: { path: { id } } };
  const silence = useChange(
    (why: string) => answered(client.PUT("/api/v1/accounts/{id}/silence", { ...path, body: { why } })),
    ["silenced"],
    "shown",
  );
  const tell = useChange(() => answered(client.DELETE("/api/v1/accounts/{id}/silence", path)), ["silenced"]);
  const is = silenced.data;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    silence.mutate(String(new FormData(event.currentTarget).get("why")), {
      onSuccess: () => {
        say(`Nothing of ${id} is told to anybody from now on.`);
        setAsking(false);
      },
    });
  };
  return (
    <>
      {is && (
        <p className="banner" role="note">
          Told to nobody, and no play is due for it: {is.why} ({is.by}, {agoWords(is.since)}){" "}
          {mayWrite(session.data) && (
            <button
              type="button"
              disabled={tell.isPending}
              onClick={() => tell.mutate(undefined, { onSuccess: () => say(`${id} is told of again.`) })}
            >
              Tell of it again
            </button>
          )}
        </p>
      )}
      {is === null && mayWrite(session.data) && (
        <button type="button" className="plain" onClick={() => setAsking(true)}>
          Tell nobody of it
        </button>
      )}
      {isAsking && (
        <Dialog title={`Tell nobody of ${id}`} onClose={() => setAsking(false)}>
          <form onSubmit={submit}>
            <p className="quiet">No CRM, channel or webhook is told of it, and no play is due for it. It is scored as before.</p>
            <Field label="Why" name="why" required maxLength={1000} hint="For whoever looks at it later" />
            {silence.isError && (
              <p className="wrong" role="alert">
                {sentence(silence.error.message)}
              </p>
            )}
            <button type="submit" className="primary" disabled={silence.isPending}>
              Tell nobody
            </button>
          </form>
        </Dialog>
      )}
    </>
  );
}
