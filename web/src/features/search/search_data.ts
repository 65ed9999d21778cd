export interface FoundPage {
  name: string;
  path: string;
  note: string;
}

const kPages: readonly (FoundPage & { words: string })[] = [
  { name: "Overview", path: "/", note: "Page", words: "home morning movement levels" },
  { name: "Accounts", path: "/accounts", note: "Page", words: "customers list companies" },
  { name: "Definition", path: "/definition", note: "Page", words: "actions points weights what if slider toml" },
  { name: "Plays", path: "/plays", note: "Page", words: "to do act call review message hold-out" },
  { name: "Evidence", path: "/evidence", note: "Page", words: "churn backtest calibration survival cuts" },
  { name: "Data", path: "/data", note: "Page", words: "sources rejects identity gaps events" },
  { name: "Settings", path: "/settings", note: "Page", words: "keys people users roles audit password" },
  { name: "Connect an SDK or a file", path: "/set-up", note: "Set-up", words: "segment posthog import first event" },
];

/** Pages whose name or content the text is about; all where there is none. */
export function foundPages(text: string): FoundPage[] {
  const words = text.trim().toLowerCase();
  return kPages.filter((page) => words === "" || `${page.name} ${page.words}`.toLowerCase().includes(words));
}
