import { useState, type FormEvent } from "react";
import { answered, client, type Schemas } from "../../api/client";
import { isAdmin, mayWrite, useDeliveries, useDestinations, useSession } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Copyable } from "../../ui/copy";
import { Choice, Field } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready, sentence } from "../../ui/panel";
import { agoWords, counted, dayWords, number } from "../../ui/words";

type Destination = Schemas["Destination"];
type State = Schemas["Delivery"]["state"];

/** Where moves and levels are delivered to, and what stands in the way. */
export function Destinations() {
  const destinations = useDestinations();
  const session = useSession();
  const say = useSay();
  const [open, setOpen] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const pause = useChange(
    ({ name, isPaused }: { name: string; isPaused: boolean }) =>
      answered(client.PUT("/api/v1/destinations/{name}", { params: { path: { name } }, body: { is_paused: isPaused } })),
    ["destinations"],
  );
  const set = (destination: Destination, isPaused: boolean) =>
    pause.mutate(
      { name: destination.name, isPaused },
      {
        onSuccess: () =>
          say(isPaused ? `${destination.name} is sent nothing for now.` : `${destination.name} is sent to again.`, () =>
            pause.mutate({ name: destination.name, isPaused: !isPaused }),
          ),
      },
    );
  return (
    <Panel
      title="Destinations"
      aside={
        isAdmin(session.data) && (
          <button type="button" onClick={() => setAdding(true)}>
            Add a destination
          </button>
        )
      }
    >
      <Ready of={destinations}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>Nothing is delivered yet. A webhook, HubSpot or a Slack channel can be told of every move.</Empty>
          ) : (
            <div className="scroll-x">
              <table className="rows">
                <thead>
                  <tr>
                    <th>Destination</th>
                    <th className="num">Waiting</th>
                    <th className="num slim">Delivered</th>
                    <th className="num">Refused</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {answer.data.map((one) => (
                    <tr key={one.name}>
                      <td>
                        <button type="button" className="plain open" onClick={() => setOpen(one.name)}>
                          {one.name}
                        </button>{" "}
                        <small>{one.kind}</small>
                        {one.is_paused && <small className="flag">{one.why_paused ? sentence(`paused: ${one.why_paused}`) : "paused"}</small>}
                      </td>
                      <td className="num">{number(one.waiting)}</td>
                      <td className="num slim">{number(one.delivered)}</td>
                      <td className={`num${one.refused > 0 ? " minus" : ""}`}>{number(one.refused)}</td>
                      <td className="num">
                        {isAdmin(session.data) && (
                          <button type="button" disabled={pause.isPending} onClick={() => set(one, !one.is_paused)}>
                            {one.is_paused ? "Send on" : "Pause"}
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
      {isAdding && <AddDialog close={() => setAdding(false)} />}
      {open !== null && (
        <Deliveries destination={open} mayRetry={mayWrite(session.data)} mayRemove={isAdmin(session.data)} close={() => setOpen(null)} />
      )}
    </Panel>
  );
}

const kKinds = {
  webhook: { name: "Webhook: each move, signed", usual: "", secret: "Secret it signs with; one is made where none is given" },
  slack: { name: "Slack: a digest of each day", usual: undefined, secret: "Address of the incoming webhook" },
  hubspot: { name: "HubSpot: where each company stands", usual: "https://api.hubapi.com", secret: "Service key, or an app’s token" },
  "customer.io": {
    name: "Customer.io: where each account stands",
    usual: "https://track.customer.io",
    secret: "Site id and tracking key, with a colon between",
  },
  intercom: { name: "Intercom: where each company stands", usual: "https://api.intercom.io", secret: "Access token" },
  segment: { name: "Segment, RudderStack: where each group stands", usual: "https://api.segment.io", secret: "Write key" },
} as const;
type Kind = keyof typeof kKinds;

function AddDialog({ close }: { close: () => void }) {
  const [kind, setKind] = useState<Kind>("webhook");
  const [made, setMade] = useState<{ name: string; secret: string }>();
  const say = useSay();
  const add = useChange(
    (body: { name: string; kind: Kind; url?: string; secret?: string; id_field?: string; allows_private: boolean }) =>
      answered(client.POST("/api/v1/destinations", { body })),
    ["destinations"],
    "shown",
  );
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const given = Object.fromEntries(["url", "secret", "id_field"].map((name) => [name, text(name)]).filter(([, value]) => value !== ""));
    add.mutate(
      { name: text("name"), kind, allows_private: form.get("allows_private") === "on", ...given },
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
  const { usual, secret } = kKinds[kind];
  return (
    <Dialog title="Add a destination" onClose={close}>
      <form onSubmit={submit}>
        <div className="field">
          <Choice label="What stands there" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {Object.entries(kKinds).map(([key, one]) => (
              <option key={key} value={key}>
                {one.name}
              </option>
            ))}
          </Choice>
        </div>
        <Field label="Name" name="name" required maxLength={60} hint="As people here call it" />
        {usual !== undefined && (
          <Field
            label="Address"
            name="url"
            type="url"
            required={usual === ""}
            placeholder={usual || "https://example.com/hook"}
            hint={usual && "Only where it is another"}
          />
        )}
        <Field
          label={secret}
          name="secret"
          type="password"
          autoComplete="off"
          required={kind !== "webhook"}
          hint="Kept sealed, and never shown again"
        />
        {kind === "hubspot" && (
          <Field label="Property that holds your account ids" name="id_field" placeholder="account_id" hint="Unique values, in HubSpot" />
        )}
        {kind === "webhook" && (
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

function Deliveries({ destination, mayRetry, mayRemove, close }: { destination: string; mayRetry: boolean; mayRemove: boolean; close: () => void }) {
  const [isRemoving, setRemoving] = useState(false);
  const path = { params: { path: { name: destination } } };
  const test = useChange(() => answered(client.POST("/api/v1/destinations/{name}/test", path)), ["deliveries"]);
  const remove = useChange(() => answered(client.DELETE("/api/v1/destinations/{name}", path)), ["destinations"]);
  const [state, setState] = useState<State | "">("");
  const deliveries = useDeliveries(destination, state === "" ? undefined : state);
  const say = useSay();
  const retry = useChange(() => answered(client.POST("/api/v1/deliveries/retry", { body: { destination } })), ["destinations", "deliveries"]);
  return (
    <Dialog title={`Deliveries to ${destination}`} onClose={close} wide>
      <div className="filters">
        <Choice label="Deliveries" value={state} onChange={(event) => setState(event.target.value as State | "")}>
          <option value="">the last 50</option>
          <option value="waiting">waiting</option>
          <option value="delivered">delivered</option>
          <option value="refused">refused</option>
        </Choice>
        {mayRetry && (
          <button
            type="button"
            disabled={retry.isPending}
            onClick={() =>
              retry.mutate(undefined, {
                onSuccess: (answer) => say(`${counted(answer.retried, "delivery is", "deliveries are")} tried again.`),
              })
            }
          >
            Try refused ones again
          </button>
        )}
        {mayRemove && (
          <>
            <button type="button" disabled={test.isPending} onClick={() => test.mutate(undefined)}>
              {test.isPending ? "Asking it…" : "Send a test"}
            </button>
            <button
              type="button"
              disabled={remove.isPending}
              onClick={() =>
                isRemoving
                  ? remove.mutate(undefined, {
                      onSuccess: () => {
                        say(`${destination} is told no more.`);
                        close();
                      },
                    })
                  : setRemoving(true)
              }
            >
              {isRemoving ? "Remove it, with what waits" : "Remove"}
            </button>
          </>
        )}
      </div>
      {test.data && (
        <p role="status" className={test.data.is_taken ? undefined : "wrong"}>
          {test.data.is_taken ? `It took the test: HTTP ${test.data.status}.` : sentence(`it did not take the test: ${test.data.problem}`)}
        </p>
      )}
      <Ready of={deliveries}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>Nothing of this kind.</Empty>
          ) : (
            <div className="scroll-x" tabIndex={0} role="region" aria-label="Deliveries">
              <table className="rows">
                <thead>
                  <tr>
                    <th>Day</th>
                    <th>Account</th>
                    <th>State</th>
                    <th>What it said</th>
                  </tr>
                </thead>
                <tbody>
                  {answer.data.map((one) => (
                    <tr key={one.number}>
                      <td className="nowrap">{dayWords(one.day)}</td>
                      <td className="who-cell">{one.account_id ?? "digest"}</td>
                      <td className="nowrap">
                        {one.state}
                        <small className="block">
                          {one.ended ? agoWords(one.ended) : one.attempts > 0 ? counted(one.attempts, "try", "tries") : ""}
                        </small>
                      </td>
                      <td className="who-cell quiet">
                        <details>
                          <summary>{one.problem || "what was sent"}</summary>
                          <code>{JSON.stringify(one.body)}</code>
                        </details>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Ready>
    </Dialog>
  );
}
