import { expect, it } from "vitest";
import { ownerProperty, valueProperty } from "./property_data";

const properties = [
  { name: "plan", accounts: 5, numbers: 0 },
  { name: "MRR", accounts: 5, numbers: 4 },
  { name: "arr", accounts: 5, numbers: 0 },
  { name: "seats", accounts: 5, numbers: 5 },
  { name: "csm", accounts: 3, numbers: 0 },
];

it("finds what accounts are worth by its name, if it has numbers", () => {
  expect(valueProperty(properties, undefined)).toBe("MRR");
  expect(valueProperty(properties, "seats")).toBe("seats");
  expect(valueProperty(properties, "plan")).toBe("MRR");
  expect(valueProperty(properties, "none")).toBeUndefined();
  expect(valueProperty([], undefined)).toBeUndefined();
});

it("finds who looks after accounts", () => {
  expect(ownerProperty(properties)).toBe("csm");
});
