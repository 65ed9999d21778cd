import { describe, expect, it } from "vitest";
import { agoWords, counted, dayOfSeconds, dayWords, daysBetween, longDay, percent, plusDays, points, secondsOf, signedPoints } from "./words";

describe("words", () => {
  it("says points with at most one decimal, and a true minus", () => {
    expect(points(68_314)).toBe("68.3");
    expect(points(1_204_000)).toBe("1,204");
    expect(signedPoints(-77_300)).toBe("−77.3");
    expect(signedPoints(14_100)).toBe("+14.1");
    expect(signedPoints(-20)).toBe("0");
  });
  it("says percentages without decimals, unless below ten", () => {
    expect(percent(0.461)).toBe("46 %");
    expect(percent(0.0533)).toBe("5.3 %");
    expect(percent(0.0995)).toBe("10 %");
    expect(percent(0.0000001)).toBe("under 0.1 %");
    expect(percent(0)).toBe("0 %");
  });
  it("says days as people do, whatever the browser's zone", () => {
    expect(dayWords("2026-03-17")).toBe("17 Mar 2026");
    expect(dayWords("2026-09-01")).toBe("1 Sep 2026");
    expect(longDay("2026-03-17")).toBe("Tuesday 17 March 2026");
  });
  it("counts days across a change of clocks", () => {
    expect(plusDays("2026-03-28", 2)).toBe("2026-03-30");
    expect(daysBetween("2026-03-28", "2026-04-04")).toBe(7);
    expect(dayOfSeconds(secondsOf("2024-02-29"))).toBe("2024-02-29");
  });
  it("counts things by their number", () => {
    expect(counted(1, "account fell", "accounts fell")).toBe("1 account fell");
    expect(counted(1204, "account", "accounts")).toBe("1,204 accounts");
  });
  it("says how long ago something was", () => {
    const now = Date.parse("2026-03-17T12:00:00Z");
    expect(agoWords("2026-03-17T11:59:30Z", now)).toBe("just now");
    expect(agoWords("2026-03-17T10:00:00Z", now)).toBe("2 h ago");
    expect(agoWords("2026-03-01T10:00:00Z", now)).toBe("1 Mar 2026");
  });
});
