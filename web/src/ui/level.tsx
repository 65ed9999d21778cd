import type { Level } from "../api/client";
import { levelLabel, levelSign } from "./words";

/** A level: shape, word and colour together. */
export function LevelMark({ level, isRamping = false }: { level: Level; isRamping?: boolean }) {
  return (
    <span className={`level ${level}${isRamping ? " ramping" : ""}`} title={isRamping ? "In its first days: judged at its pace" : undefined}>
      <i aria-hidden="true">{levelSign(level)}</i>
      {levelLabel(level)}
      {isRamping && <span className="hidden">, in its first days</span>}
    </span>
  );
}

/** From one level to another. */
export function Move({ from, to }: { from: Level | "new"; to: Level }) {
  return (
    <span className="move">
      {from === "new" ? <span className="level new">New</span> : <LevelMark level={from} />}
      <span className="arrow" aria-label="to">
        {" → "}
      </span>
      <LevelMark level={to} />
    </span>
  );
}
