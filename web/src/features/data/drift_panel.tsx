import { answered, client } from "../../api/client";
import { useChange } from "../../ui/change";
import { useSay } from "../../ui/notice";
import { sentence } from "../../ui/panel";
import { counted, number } from "../../ui/words";

const kShown = 20;

/** Compares what a destination holds with what it was told, and writes what differs once more. */
export function DriftPanel({ destination }: { destination: string }) {
  const say = useSay();
  const compare = useChange(
    (repair: boolean) => answered(client.POST("/api/v1/destinations/{name}/drift", { params: { path: { name: destination } }, body: { repair } })),
    ["deliveries", "destinations"],
    "shown",
  );
  const drift = compare.data;
  const repair = () =>
    compare.mutate(true, {
      onSuccess: (answer) => say(`${counted(answer.repaired, "account is", "accounts are")} told again.`),
    });
  return (
    <section aria-label="What it holds">
      <button type="button" disabled={compare.isPending} onClick={() => compare.mutate(false)}>
        {compare.isPending ? "Reading it back…" : "Compare with what it holds"}
      </button>
      {compare.isError && (
        <p className="wrong" role="alert">
          {sentence(compare.error.message)}
        </p>
      )}
      {drift && (
        <p role="status">
          {drift.data.length === 0
            ? `It holds what it was told of ${counted(drift.compared, "account", "accounts")}.`
            : `${number(drift.data.length)} of ${counted(drift.compared, "account differs", "accounts differ")} from what it was told.`}
          {drift.waiting > 0 && ` Of ${number(drift.waiting)} more news waits.`}
        </p>
      )}
      {drift && drift.data.length > 0 && (
        <>
          <ul>
            {drift.data.slice(0, kShown).map((one) => (
              <li key={one.account_id}>
                <b>{one.account_id}</b>{" "}
                {one.is_missing
                  ? "is not known there"
                  : one.fields.map(({ field, told, held }) => `${field}: ${held || "nothing"}, told ${told || "nothing"}`).join("; ")}
              </li>
            ))}
            {drift.data.length > kShown && <li>… and {number(drift.data.length - kShown)} more</li>}
          </ul>
          <button type="button" disabled={compare.isPending} onClick={repair}>
            Write what they were told once more
          </button>
        </>
      )}
    </section>
  );
}
