import { useState } from "react";
import { answered, client, type Schemas } from "../../api/client";
import { isAdmin, mayWrite, useDeliveries, useDestinations, useSession } from "../../api/questions";
import { useChange } from "../../ui/change";
import { Dialog } from "../../ui/dialog";
import { Choice } from "../../ui/field";
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
    <Panel title="Destinations">
      <Ready of={destinations}>
        {(answer) =>
          answer.data.length === 0 ? (
            <Empty>
              Nothing is delivered yet: <code>tidemark destinations add</code> tells webhooks, HubSpot or Slack of every move.
            </Empty>
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
      {open !== null && <Deliveries destination={open} mayRetry={mayWrite(session.data)} close={() => setOpen(null)} />}
    </Panel>
  );
}

function Deliveries({ destination, mayRetry, close }: { destination: string; mayRetry: boolean; close: () => void }) {
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
      </div>
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
