import { useCheck } from "../../api/questions";
import { saveFile } from "../../ui/copy";
import { Panel, sentence } from "../../ui/panel";
import { TomlEditor } from "../../ui/toml_editor";

/** The same draft as TOML, with mistakes at their line. */
export function TextTab({ draft, type }: { draft: string; type: (toml: string) => void }) {
  const check = useCheck(draft);
  const problem = check.data && !check.data.is_valid ? (check.data.problem ?? "This is no definition") : undefined;
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
      <TomlEditor label="The definition in TOML" text={draft} problem={problem} type={type}>
        {check.data && (
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
        )}
      </TomlEditor>
    </Panel>
  );
}
