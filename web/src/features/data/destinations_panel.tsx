import { useState } from "react";
import { answered, client, type Schemas } from "../../api/client";
import { isAdmin, mayWrite, useDeliveries, useDestinations, useSession } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Choice } from "../../ui/field";
import { useSay } from "../../ui/notice";
import { Empty, Panel, Ready, sentence } from "../../ui/panel";
import { agoWords, counted, dayWords, number } from "../../ui/words";
import { AddDestination } from "./add_destination";
import { kindWords } from "./destination_kinds";
import { DestinationSettings } from "./destination_settings";
import { DriftPanel } from "./drift_panel";

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
            <Empty>Nothing is delivered yet. A CRM, a Slack channel, people by e-mail, a database or a webhook can be told every morning.</Empty>
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
      {isAdding && <AddDestination close={() => setAdding(false)} />}
      {open !== null && (
        <Deliveries
          destination={open}
          settings={destinations.data?.data.find((one) => one.name === open)}
          mayRetry={mayWrite(session.data)}
          mayRemove={isAdmin(session.data)}
          close={() => setOpen(null)}
        />
      )}
    </Panel>
  );
}

interface DeliveriesProps {
  destination: string;
  settings: Destination | undefined;
  mayRetry: boolean;
  mayRemove: boolean;
  close: () => void;
}

function Deliveries({ destination, settings, mayRetry, mayRemove, close }: DeliveriesProps) {
  const [isRemoving, setRemoving] = useState(false);
  const path = { params: { path: { name: destination } } };
  const test = useChange(() => answered(client.POST("/api/v1/destinations/{name}/test", path)), ["deliveries"]);
  const remove = useChange(() => answered(client.DELETE("/api/v1/destinations/{name}", path)), ["destinations"]);
  const [state, setState] = useState<State | "">("");
  const deliveries = useDeliveries(destination, state === "" ? undefined : state);
  const say = useSay();
  const backfill = useChange(() => answered(client.POST("/api/v1/destinations/{name}/backfill", path)), ["destinations", "deliveries"], "shown");
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
            {settings && kindWords[settings.kind].isOfAccounts && (
              <button
                type="button"
                disabled={backfill.isPending}
                onClick={() =>
                  backfill.mutate(undefined, {
                    onSuccess: (answer) => say(`${counted(answer.told, "delivery is", "deliveries are")} made once more, behind what is new.`),
                  })
                }
              >
                Tell it everything again
              </button>
            )}
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
          {test.data.is_taken
            ? `It took the test${test.data.status ? `: ${test.data.status}` : ""}.`
            : sentence(`it did not take the test: ${test.data.problem}`)}
        </p>
      )}
      {settings && <DestinationSettings destination={settings} mayChange={mayRemove} />}
      {settings && mayRemove && kindWords[settings.kind].saysWhatItHolds && <DriftPanel destination={destination} />}
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
                      <td className="who-cell">{one.account_id ?? (settings?.kind === "files" ? "all accounts" : "digest")}</td>
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
