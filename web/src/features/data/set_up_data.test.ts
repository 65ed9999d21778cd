import { expect, it } from "vitest";
import { kSnippets, mappingOf, mapTexts, missingWords, reportWords, type Preview } from "./set_up_data";

const preview: Preview = {
  format: "CSV",
  columns: [
    { column: "company", field: "account" },
    { column: "tenant", field: null },
    { column: "event", field: "event" },
  ],
  rows: [],
  rejects: [],
  problem: null,
};

it("lets the reader choose another column for a field", () => {
  expect(mappingOf(preview, {})).toEqual({ company: "account", tenant: "", event: "event" });
  expect(mappingOf(preview, { tenant: "account" })).toEqual({ company: "", tenant: "account", event: "event" });
  expect(mapTexts({ tenant: "account", event: "" })).toEqual(["account=tenant"]);
});

it("says which column to choose", () => {
  expect(missingWords({ ...preview, problem: "/x.csv: no column holds the account; the file has a, b" })).toContain("the account");
  expect(missingWords({ ...preview, problem: 'the column "a" occurs twice' })).toContain("twice");
});

it("says how an import went", () => {
  const report = {
    import: 1,
    name: "a.csv",
    records: 12,
    records_before: 0,
    taken: 1000,
    duplicates: 2,
    rejected: 1,
    was_there_already: false,
    started: "",
    rejects: {},
  };
  expect(reportWords(report)).toBe("a.csv: 1,000 taken, 2 known already, 1 rejected.");
  expect(reportWords({ ...report, was_there_already: true })).toContain("nothing was done");
});

it("puts key and address into every snippet", () => {
  for (const snippet of kSnippets) {
    const code = snippet.code("tmw_1", "http://127.0.0.1:8080");
    expect(code).toContain("tmw_1");
    expect(code).toContain("http://127.0.0.1:8080");
  }
});
