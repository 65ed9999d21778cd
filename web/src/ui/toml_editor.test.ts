import { expect, it } from "vitest";
import { placeOfProblem } from "./toml_editor";

it("finds the place of a mistake", () => {
  expect(placeOfProblem('the draft:3:1: unknown key "nme"; did you mean "name"?')).toEqual({
    line: 3,
    column: 1,
    words: 'unknown key "nme"; did you mean "name"?',
  });
  expect(placeOfProblem("something else")).toBeUndefined();
});
