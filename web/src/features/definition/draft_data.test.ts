import { describe, expect, it } from "vitest";
import {
  actionsOf,
  nameOfEvent,
  parsed,
  placeOfProblem,
  restOf,
  withAction,
  withActionOf,
  withActivity,
  withNewAction,
  withoutAction,
  withRest,
} from "./draft_data";

const toml = `
name = "Ours"
engaged_day_points = 1
not_activity = ["email_bounced"]

[[action]]
name = "Shared"
when = { event = "report_shared", where = [{ property = "channel", is = "external" }], unless = [{ property = "automatic", is = true }] }
points = 8
repeat = "once"
cap_per_day = 20

[[action]]
points = 2.5
[[action.any]]
event = "comment_added"
[[action.any]]
event_starts_with = "mention_"
`;

const draft = (text: string) => {
  const table = parsed(text);
  if (!table) throw new Error("no TOML");
  return table;
};

describe("draft", () => {
  it("reads actions with their rules in words", () => {
    expect(actionsOf(draft(toml))).toEqual([
      {
        name: "Shared",
        points: 8,
        repeat: "once",
        capPerDay: 20,
        rule: "report_shared where channel is external, unless automatic is true",
        events: ["report_shared"],
      },
      { name: "comment_added", points: 2.5, repeat: "diminishing", capPerDay: 0, rule: "comment_added or mention_…", events: ["comment_added"] },
    ]);
  });
  it("changes one action and nothing else", () => {
    const after = withAction(toml, 1, { points: 4, repeat: "every", capPerDay: 3 });
    expect(actionsOf(draft(after))[1]).toMatchObject({ points: 4, repeat: "every", capPerDay: 3 });
    expect(actionsOf(draft(after))[0]).toEqual(actionsOf(draft(toml))[0]);
    expect(draft(after)["not_activity"]).toEqual(["email_bounced"]);
    const back = withAction(after, 1, { points: 2.5, repeat: "diminishing", capPerDay: 0 });
    expect(draft(back)).toEqual(draft(toml));
  });
  it("takes up events and drops actions", () => {
    const after = withNewAction(withoutAction(toml, 0), "exportRun.done", 3);
    expect(actionsOf(draft(after)).map((action) => [action.name, action.points, action.rule])).toEqual([
      ["comment_added", 2.5, "comment_added or mention_…"],
      ["Export run done", 3, "exportRun.done"],
    ]);
    const changed = withAction(withoutAction(toml, 0), 0, { points: 9 });
    expect(actionsOf(draft(withActionOf(changed, toml, 0))).map((action) => [action.name, action.points])).toEqual([
      ["Shared", 8],
      ["comment_added", 9],
    ]);
    expect(draft(withActivity(toml, "ping", false))["not_activity"]).toEqual(["email_bounced", "ping"]);
    expect(draft(withActivity(toml, "email_bounced", true))["not_activity"]).toEqual([]);
  });
  it("reads and writes the rest", () => {
    expect(restOf(draft(toml))).toMatchObject({ engagedDayPoints: 1, levelsBy: "churn", habitPoints: 0, confirmDays: 3 });
    const after = withRest(toml, { levelsBy: "fixed", lowCut: 12, highCut: 80, habitPoints: 0.25, excludedUsers: ["*@us.example"] });
    expect(restOf(draft(after))).toMatchObject({ levelsBy: "fixed", lowCut: 12, highCut: 80, habitPoints: 0.25, excludedUsers: ["*@us.example"] });
    expect(draft(withRest(after, { habitPoints: 0 }))["habit"]).toBeUndefined();
  });
  it("leaves what is no TOML as it is", () => expect(withAction("name = ", 0, { points: 1 })).toBe("name = "));
  it("names an action after its event", () => expect(nameOfEvent("report_created")).toBe("Report created"));
  it("finds the place of a mistake", () => {
    expect(placeOfProblem('the draft:3:1: unknown key "nme"; did you mean "name"?')).toEqual({
      line: 3,
      column: 1,
      words: 'unknown key "nme"; did you mean "name"?',
    });
    expect(placeOfProblem("something else")).toBeUndefined();
  });
});
