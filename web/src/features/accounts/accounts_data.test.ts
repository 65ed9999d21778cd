import { expect, it } from "vitest";
import { exportAddress, filtersOf, listState, savedViews, saveViews, viewOf } from "./accounts_data";

const getter = (search: string) => {
  const params = new URLSearchParams(search);
  return (name: string) => params.get(name) ?? undefined;
};

it("reads the list from its address, and leaves out what is nonsense", () => {
  const state = listState(getter("level=low,tall&moved=7&trend=sideways&where=plan%3Dteam%0Ax&since=30&sort=points"), { columns: ["mrr"] });
  expect(state).toEqual({
    byRisk: false,
    least: undefined,
    columns: ["mrr"],
    filter: {
      day: undefined,
      days: 30,
      level: ["low"],
      moved: 7,
      trend: undefined,
      search: undefined,
      where: ["plan=team"],
      property: ["mrr"],
      sort: "points",
    },
  });
  expect(listState(getter("chance=25"), { columns: [] })).toMatchObject({ byRisk: true, least: 25 });
  expect(listState(getter("chance=900"), { columns: [] }).least).toBeUndefined();
  expect(listState(getter("columns=none"), { columns: ["mrr"] }).columns).toEqual([]);
});

it("keeps commas within a filter", () => {
  expect(filtersOf("name=Smith, Ltd; Co\nplan=team")).toEqual(["name=Smith, Ltd; Co", "plan=team"]);
  expect(exportAddress({ where: ["name=Smith, Ltd"], level: ["low", "none"] }, "csv")).toBe(
    "/api/v1/exports/accounts?where=name%3DSmith%2C+Ltd&level=low%2Cnone&format=csv",
  );
});

it("keeps views, and survives what others wrote there", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => void kept.set(name, text) };
  saveViews(storage, [{ name: "Falling", search: viewOf("?trend=down&day=2026-03-17") }]);
  expect(savedViews(storage)).toEqual([{ name: "Falling", search: "trend=down" }]);
  kept.set("tidemark views", "{broken");
  expect(savedViews(storage)).toEqual([]);
});
