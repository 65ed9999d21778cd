import { expect, it } from "vitest";
import { riskLine } from "./reason_data";

it("says how long nobody was seen before points that rose", () => {
  const rose = { reason: "Code: 3 points earned, 0 expired", milli_points: 3_000 };
  const fell = { reason: "Export: not used since 3 Mar 2026", milli_points: -9_000 };
  expect(riskLine(rose, 12)).toBe("Nobody seen for 12 days");
  expect(riskLine(fell, 12)).toBe("Nobody seen for 12 days; Export: not used since 3 Mar 2026");
  expect(riskLine(rose, 1)).toBe(rose.reason);
  expect(riskLine(rose, undefined)).toBe(rose.reason);
  expect(riskLine({ reason: "Ana, who earned 71 % of its points, has been silent for 12 days", milli_points: -5 }, 12)).toMatch(/^Ana/);
});
