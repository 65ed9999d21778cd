import { percent } from "./words";

/** A probability as a bar and a figure. */
export function Chance({ probability }: { probability: number }) {
  return (
    <span className="chance">
      <meter min={0} max={1} value={probability} aria-hidden="true" />
      {percent(probability)}
    </span>
  );
}
