import { expect, test } from "vitest";
import { illLine, kindWords, linesOf } from "./destination_kinds";

test("lines that say something", () => {
  expect(linesOf(" plan=team \n\n a=b=c\n")).toEqual(["plan=team", "a=b=c"]);
  expect(linesOf("")).toEqual([]);
});

test("the first line that is no pair", () => {
  expect(illLine(["plan=team", "=x", "y"])).toBe("=x");
  expect(illLine(["level=level|map high=A, low=B"])).toBeUndefined();
});

test("who has no usual address shows an example of one", () => {
  for (const words of Object.values(kindWords)) expect(words.usual !== "" || words.example !== undefined).toBe(true);
});
