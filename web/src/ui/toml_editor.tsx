import { useEffect, useRef } from "react";
import { sentence } from "./words";

/** Where a message names a place in a text, as in `plays.toml:3:9: …`. */
export function placeOfProblem(problem: string): { line: number; column: number; words: string } | undefined {
  const found = /^.*?:(\d+):(\d+): ?([\s\S]*)$/.exec(problem);
  return found ? { line: Number(found[1]), column: Number(found[2]), words: found[3] ?? "" } : undefined;
}

/** A text with numbered lines; what is wrong with it is marked at its line and said below. */
export function TomlEditor({
  label,
  text,
  problem,
  type,
  children,
}: {
  label: string;
  text: string;
  problem: string | undefined;
  type: (text: string) => void;
  children?: React.ReactNode;
}) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const lines = text.split("\n");
  const place = problem ? placeOfProblem(problem) : undefined;
  useEffect(() => {
    if (gutter.current && area.current) gutter.current.scrollTop = area.current.scrollTop;
  });
  const goTo = () => {
    if (!place || !area.current) return;
    const begin = lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + place.column - 1;
    area.current.focus();
    area.current.setSelectionRange(begin, begin + Math.max(1, (lines[place.line - 1]?.length ?? 1) - place.column + 1));
  };
  return (
    <>
      <div className="editor">
        <ol ref={gutter} aria-hidden="true">
          {lines.map((_, at) => (
            <li key={at} className={place?.line === at + 1 ? "wrong" : undefined} />
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label={label}
          aria-invalid={problem !== undefined}
          spellCheck={false}
          wrap="off"
          rows={Math.min(34, Math.max(14, lines.length + 1))}
          value={text}
          onChange={(event) => type(event.target.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      <div aria-live="polite" className="check">
        {problem ? (
          <p className="wrong">
            {place ? (
              <>
                <button type="button" className="plain" onClick={goTo}>
                  Line {place.line}, column {place.column}
                </button>
                : {place.words}
              </>
            ) : (
              sentence(problem)
            )}
          </p>
        ) : (
          children
        )}
      </div>
    </>
  );
}
