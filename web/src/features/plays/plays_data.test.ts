import { expect, it } from "vitest";
import { ownersOf, previewWords, weekly, type Firing } from "./plays_data";

it("says what a play would have done", () => {
  expect(previewWords({ due: 33, held_out: 0, most_in_a_week: 10 }, 90)).toBe(
    "Over the last 90 days it would have been due for 33 accounts: 10 at most within a week.",
  );
  expect(previewWords({ due: 1, held_out: 2, most_in_a_week: 1 }, 90)).toContain("1 account, and 2 held out");
  expect(previewWords({ due: 0, held_out: 0, most_in_a_week: 0 }, 30)).toBe("Over the last 30 days it would never have been due.");
});

it("counts by weeks that end with the last day", () => {
  const of = (day: string, is_held_out = false) => ({ day, is_held_out });
  const firings = [of("2026-03-17"), of("2026-03-11"), of("2026-03-10"), of("2026-03-12", true), of("2026-01-01")];
  expect(weekly(firings, "2026-03-17", 2)).toEqual([
    { from: "2026-03-04", due: 1 },
    { from: "2026-03-11", due: 2 },
  ]);
});

it("lists owners once", () => {
  const of = (owner: string | null) => ({ owner }) as Firing;
  expect(ownersOf([of("maria"), of(null), of("ben"), of("maria")])).toEqual(["ben", "maria"]);
});
