import { describe, expect, it } from "vitest";
import { accountOfPath, addressOf, comparedDays, isDay } from "./url_state";

describe("the address", () => {
  it("keeps day, comparison and value from page to page, and nothing else", () => {
    expect(addressOf("/accounts", "?day=2026-03-17&since=30&search=x", { level: "low" })).toBe("/accounts?day=2026-03-17&since=30&level=low");
    expect(addressOf("/", "?day=2026-03-17", { day: undefined })).toBe("/");
  });
  it("takes days that there are", () => {
    expect(["2026-03-17", "2026-13-01", "2026-02-30", "17 March", undefined].map(isDay)).toEqual([true, false, false, false, false]);
  });
  it("falls back on a week", () => expect(["1", "30", "0", "x", undefined].map(comparedDays)).toEqual([1, 30, 7, 7, 7]));
  it("decodes an account's id once", () => {
    expect(accountOfPath("/accounts/100%25")).toBe("100%");
    expect(accountOfPath("/accounts/a%2520b")).toBe("a%20b");
    expect(accountOfPath("/accounts/a%2Fb")).toBe("a/b");
    expect(accountOfPath("/accounts/50%")).toBe("50%");
    expect(accountOfPath("/accounts")).toBeUndefined();
  });
});
