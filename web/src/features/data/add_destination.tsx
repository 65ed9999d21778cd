import { useState, type FormEvent } from "react";
import { answered, client, type Schemas } from "../../api/client";
import { useChange } from "../../ui/change";
import { Copyable } from "../../ui/copy";
import { Dialog } from "../../ui/dialog";
import { Choice, Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { kindWords, linesOf, type Kind } from "./destination_kinds";
import { FileChoices } from "./file_choices";

type Destination = Schemas["Destination"];

interface Given {
  name: string;
  kind: Kind;
  url?: string;
  secret?: string;
  id_field?: string;
  allows_private: boolean;
  sender?: string;
  recipients?: string[];
  rhythm?: Destination["rhythm"] & string;
  format?: Destination["format"] & string;
}

/** Asks what stands at the other end, and what lets in there. */
export function AddDestination({ close }: { close: () => void }) {
  const [kind, setKind] = useState<Kind>("webhook");
  const [made, setMade] = useState<{ name: string; secret: string }>();
  const say = useSay();
  const add = useChange((body: Given) => answered(client.POST("/api/v1/destinations", { body })), ["destinations"], "shown");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const given = Object.fromEntries(
      ["url", "secret", "id_field", "sender", "rhythm", "format"].map((name) => [name, text(name)]).filter(([, value]) => value !== ""),
    );
    const recipients = linesOf(text("recipients").replaceAll(",", "\n"));
    add.mutate(
      {
        name: text("name"),
        kind,
        allows_private: form.get("allows_private") === "on",
        ...given,
        ...(kind === "email" ? { recipients } : {}),
      },
      {
        onSuccess: (answer) => {
          if (answer.secret) setMade({ name: answer.destination.name, secret: answer.secret });
          else {
            say(`${answer.destination.name} is told from now on.`);
            close();
          }
        },
      },
    );
  };
  if (made) {
    return (
      <Dialog title={`${made.name} is told from now on`} onClose={close}>
        <p>Give the receiver this secret, shown this once: what is sent is signed with it.</p>
        <Copyable text={made.secret} label="The secret" />
        <button type="button" className="primary" onClick={close}>
          Done
        </button>
      </Dialog>
    );
  }
  const { usual, example, secret, isOpen, idField } = kindWords[kind];
  return (
    <Dialog title="Add a destination" onClose={close}>
      <form onSubmit={submit}>
        <div className="field">
          <Choice label="What stands there" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {Object.entries(kindWords).map(([key, one]) => (
              <option key={key} value={key}>
                {one.name}
              </option>
            ))}
          </Choice>
        </div>
        <Field label="Name" name="name" required maxLength={60} hint="As people here call it" />
        {usual !== undefined && (
          <Field label="Address" name="url" required={usual === ""} placeholder={usual || example} hint={usual && "Only where it is another"} />
        )}
        {kind === "email" && (
          <>
            <Field label="From" name="sender" type="email" required placeholder="tidemark@example.com" />
            <Field label="To" name="recipients" required placeholder="success@example.com, sales@example.com" />
          </>
        )}
        {secret !== undefined && (
          <Field label={secret} name="secret" type="password" autoComplete="off" required={!isOpen} hint="Kept sealed, and never shown again" />
        )}
        {kind === "files" && <FileChoices />}
        {idField && <Field label={idField.label} name="id_field" placeholder={idField.usual} hint={idField.hint} />}
        {["webhook", "email", "postgresql"].includes(kind) && (
          <label>
            <input type="checkbox" name="allows_private" /> It lies within our own network
          </label>
        )}
        {add.isError && (
          <p className="wrong" role="alert">
            {sentence(add.error.message)}
          </p>
        )}
        <button type="submit" className="primary" disabled={add.isPending}>
          Add
        </button>
      </form>
    </Dialog>
  );
}
