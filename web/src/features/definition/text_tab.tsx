import { useEffect, useRef } from "react";
import { useCheck } from "../../api/questions";
import { saveFile } from "../../ui/copy";
import { Panel, sentence } from "../../ui/panel";
import { placeOfProblem } from "./draft_data";

/** The same draft as TOML, with mistakes at their line. */
export function TextTab({ draft, type }: { draft: string; type: (toml: string) => void }) {
  const check = useCheck(draft);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLOListElement>(null);
  const lines = draft.split("\n");
  const problem = check.data && !check.data.is_valid ? (check.data.problem ?? "This is no definition") : undefined;
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
    <Panel
      title="As text"
      aside={
        <>
          <label className="file">
            Open a file
            <input
              type="file"
              accept=".toml,text/plain"
              onChange={async (event) => {
                const file = event.target.files?.[0];
                if (file) type(await file.text());
                event.target.value = "";
              }}
            />
          </label>
          <button type="button" onClick={() => saveFile("tidemark.toml", "application/toml", draft)}>
            Save as a file
          </button>
        </>
      }
    >
      <div className="editor">
        <ol ref={gutter} aria-hidden="true">
          {lines.map((_, at) => (
            <li key={at} className={place?.line === at + 1 ? "wrong" : undefined} />
          ))}
        </ol>
        <textarea
          ref={area}
          aria-label="The definition in TOML"
          aria-invalid={problem !== undefined}
          spellCheck={false}
          wrap="off"
          rows={Math.min(34, Math.max(14, lines.length + 1))}
          value={draft}
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
        ) : check.data ? (
          <>
            <p>
              This is a definition
              {check.data.version && (
                <>
                  {" "}
                  (<code>{check.data.version.slice(0, 7)}</code>)
                </>
              )}
              .
            </p>
            {(check.data.warnings ?? []).map((warning) => (
              <p key={warning} className="quiet">
                {sentence(warning)}
              </p>
            ))}
          </>
        ) : null}
      </div>
    </Panel>
  );
}
