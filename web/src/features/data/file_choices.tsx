import { Choice } from "../../ui/field";

/** How often a file of all accounts is written, and as what. */
export function FileChoices({ rhythm, format }: { rhythm?: string | null; format?: string | null }) {
  return (
    <>
      <div className="field">
        <Choice label="How often" name="rhythm" defaultValue={rhythm ?? "day"}>
          <option value="day">A file of each day</option>
          <option value="week">A file of each Sunday</option>
          <option value="month">A file of the last day of each month</option>
        </Choice>
      </div>
      <div className="field">
        <Choice label="Format" name="format" defaultValue={format ?? "csv"}>
          <option value="csv">CSV</option>
          <option value="parquet">Parquet</option>
        </Choice>
      </div>
    </>
  );
}
