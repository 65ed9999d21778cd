import { useState, type FormEvent } from "react";
import { answered, client, type Schemas } from "../../api/client";
import { useChange } from "../../ui/change";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { FileChoices } from "./file_choices";
import { illLine, kindWords, linesOf } from "./destination_kinds";

type Destination = Schemas["Destination"];
type Rhythm = Destination["rhythm"] & string;
type Format = Destination["format"] & string;

const fieldLines = (destination: Destination): string =>
  Object.entries(destination.fields)
    .map(([field, value]) => `${field}=${value}`)
    .join("\n");

/** What a destination is told, and of whom: seen by all, changed by who may. */
export function DestinationSettings({ destination, mayChange }: { destination: Destination; mayChange: boolean }) {
  const [wrong, setWrong] = useState<string>();
  const say = useSay();
  const path = { params: { path: { name: destination.name } } };
  const change = useChange(
    (body: { fields?: string[]; audience: string[]; recipients?: string[]; rhythm?: Rhythm; format?: Format }) =>
      answered(client.PUT("/api/v1/destinations/{name}", { ...path, body })),
    ["destinations", "deliveries"],
    "shown",
  );
  const { isOfAccounts } = kindWords[destination.kind];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lines = (name: string) => linesOf(String(form.get(name) ?? ""));
    const ill = illLine([...lines("fields"), ...lines("audience")]);
    setWrong(ill === undefined ? undefined : `${ill}: write a name, =, and what it is given`);
    if (ill !== undefined) return;
    change.mutate(
      {
        audience: lines("audience"),
        ...(isOfAccounts ? { fields: lines("fields") } : {}),
        ...(destination.kind === "email" ? { recipients: lines("recipients") } : {}),
        ...(destination.kind === "files" ? { rhythm: form.get("rhythm") as Rhythm, format: form.get("format") as Format } : {}),
      },
      { onSuccess: () => say(`${destination.name} is told by this from now on.`) },
    );
  };
  const problem = wrong ?? (change.isError ? change.error.message : undefined);
  const audience = destination.audience.join("\n");
  return (
    <details className="settings">
      <summary>What it is told{destination.audience.length > 0 ? `, of ${destination.audience.join(", ")}` : ", of every account"}</summary>
      <form onSubmit={submit} key={`${fieldLines(destination)} ${audience} ${destination.recipients.join(" ")}`}>
        {isOfAccounts && (
          <label className="field">
            <span>A field there, and what it is given; one a line</span>
            <textarea name="fields" rows={6} spellCheck={false} readOnly={!mayChange} defaultValue={fieldLines(destination)} />
            <small>
              Values: level, score, points, since, chance, reason, property.NAME. Behind a bar what is made of them: level|title, level|map high=Hot,
              low=Cold.
            </small>
          </label>
        )}
        {destination.kind === "email" && (
          <label className="field">
            <span>Whom it is sent to; an address a line</span>
            <textarea name="recipients" rows={3} spellCheck={false} readOnly={!mayChange} defaultValue={destination.recipients.join("\n")} />
          </label>
        )}
        {destination.kind === "files" && <FileChoices rhythm={destination.rhythm} format={destination.format} />}
        <label className="field">
          <span>Only accounts with these properties; one a line</span>
          <textarea name="audience" rows={2} spellCheck={false} readOnly={!mayChange} defaultValue={audience} placeholder="plan=enterprise" />
          <small>Of one property any value, of several all. Empty: every account.</small>
        </label>
        {problem && (
          <p className="wrong" role="alert">
            {sentence(problem)}
          </p>
        )}
        {mayChange && (
          <button type="submit" disabled={change.isPending}>
            Tell it by this
          </button>
        )}
      </form>
    </details>
  );
}
