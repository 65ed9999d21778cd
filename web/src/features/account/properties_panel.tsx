import { Panel } from "../../ui/panel";
import { type Account } from "./account_data";

export function PropertiesPanel({ account }: { account: Account }) {
  const entries = Object.entries(account.properties);
  if (entries.length === 0) return null;
  return (
    <Panel title="Properties">
      <dl className="properties">
        {entries.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{String(text)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
