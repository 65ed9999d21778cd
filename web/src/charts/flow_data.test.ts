import { expect, it } from "vitest";
import { flowLinks } from "./flow_data";

it("keeps who moved, and new accounts as such", () => {
  expect(flowLinks({ high: { high: 5, medium: 1 }, low: { none: 0 }, new: { low: 2 } })).toEqual([
    { from: "high", to: "medium", value: 1 },
    { from: "new", to: "low", value: 2 },
  ]);
});
