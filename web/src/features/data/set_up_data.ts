import type { Schemas } from "../../api/client";

/** The SDKs with a snippet, each with the key and the address of this server in it. */
export interface Snippet {
  name: string;
  install: string;
  code: (key: string, server: string) => string;
}

export const kSnippets: readonly Snippet[] = [
  {
    name: "Segment (Node)",
    install: "npm install @segment/analytics-node",
    code: (key, server) => `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${server}" });
analytics.track({ userId: "ann", event: "report_created", context: { groupId: "acme" } });`,
  },
  {
    name: "Segment (browser)",
    install: "npm install @segment/analytics-next",
    code: (key, server) => `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load({ writeKey: "${key}", cdnURL: "${server}" });
analytics.identify("ann");
analytics.group("acme");
analytics.track("report_created");`,
  },
  {
    name: "PostHog",
    install: "npm install posthog-node",
    code: (key, server) => `import { PostHog } from "posthog-node";

const posthog = new PostHog("${key}", { host: "${server}/in/posthog" });
posthog.capture({ distinctId: "ann", event: "report_created", groups: { company: "acme" } });`,
  },
  {
    name: "RudderStack",
    install: "npm install @rudderstack/rudder-sdk-node",
    code: (key, server) => `import Rudder from "@rudderstack/rudder-sdk-node";

const rudder = new Rudder("${key}", { dataPlaneUrl: "${server}" });
rudder.track({ userId: "ann", event: "report_created", context: { groupId: "acme" } });`,
  },
  {
    name: "Anything (curl)",
    install: "",
    code: (key, server) => `curl -u ${key}: -H 'Content-Type: application/json' \\
  -d '{"userId":"ann","event":"report_created","context":{"groupId":"acme"}}' \\
  ${server}/v1/track`,
  },
];

export const kFields = ["account", "event", "time", "user", "message_id", "received_at", "properties"] as const;

export type Preview = Schemas["ImportPreview"];
export type Report = Schemas["ImportReport"];

/** Which column becomes which field: as recognised, with what the reader chose over it. */
export function mappingOf(preview: Preview, chosen: Readonly<Record<string, string>>): Record<string, string> {
  const mapping: Record<string, string> = {};
  const taken = new Set(Object.values(chosen));
  for (const { column, field } of preview.columns) {
    mapping[column] = chosen[column] ?? (field && !taken.has(field) ? field : "");
  }
  return mapping;
}

/** What the server is told of it: only what the reader chose. */
export const mapTexts = (chosen: Readonly<Record<string, string>>): string[] =>
  Object.entries(chosen)
    .filter(([, field]) => field !== "")
    .map(([column, field]) => `${field}=${column}`);

/** How an import went, in a sentence. */
export function reportWords(report: Report): string {
  const number = (value: number) => value.toLocaleString("en-GB");
  if (report.was_there_already) return `The same content was imported before, as ${report.name}: nothing was done.`;
  const parts = [`${number(report.taken)} taken`];
  if (report.duplicates > 0) parts.push(`${number(report.duplicates)} known already`);
  if (report.rejected > 0) parts.push(`${number(report.rejected)} rejected`);
  return `${report.name}: ${parts.join(", ")}.`;
}

/** What the reader is to choose a column for. */
export function missingWords(preview: Preview): string {
  const field = /no column holds the (\w+)/.exec(preview.problem ?? "")?.[1];
  return field ? `No column is known to hold the ${field}. Choose the one that does.` : (preview.problem ?? "");
}

export const isReport = (answer: Preview | Report): answer is Report => "taken" in answer;
