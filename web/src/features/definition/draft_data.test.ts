import { describe, expect, it } from "vitest";
import {
  actionsOf,
  nameOfEvent,
  parsed,
  restOf,
  standingOf,
  withAction,
  withActionOf,
  withActivity,
  withMilestone,
  withNewAction,
  withNewMilestone,
  withoutAction,
  withoutMilestone,
  withRest,
  withStanding,
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
});

describe("what stands beside the window", () => {
  const toml = `[[milestone]]
name = "Set up"
when = { event = "setup_completed", where = [ { property = "by", is = "us" } ] }
within_days = 7
points = 10.0
[tenure]
points_per_30_days = 0.5
at_most = 6.0
[[trait]]
property = "nps"
bands = [ { at_least = 9, points = 4.0 }, { at_least = 7, points = 1.0 } ]
[onboarding]
steps = ["workspace_created", "first_report"]
within_days = 30
`;
  const of = (text: string) => standingOf(parsed(text) ?? {});

  it("is read from the text", () => {
    expect(of(toml)).toEqual({
      milestones: [{ name: "Set up", rule: "setup_completed where by is us", points: 10, withinDays: 7 }],
      tenurePoints: 0.5,
      tenureMost: 6,
      traits: [
        {
          property: "nps",
          bands: [
            { atLeast: 9, points: 4 },
            { atLeast: 7, points: 1 },
          ],
        },
      ],
      steps: ["workspace_created", "first_report"],
      withinDays: 30,
    });
  });

  it("is changed without losing the rest", () => {
    const any = withMilestone(toml, 0, { withinDays: 0, points: 2.5 });
    expect(of(any).milestones).toEqual([{ name: "Set up", rule: "setup_completed where by is us", points: 2.5, withinDays: 0 }]);
    expect(any).not.toContain("within_days = 7");
    expect(of(withNewMilestone(toml, "first_export", 3)).milestones[1]).toEqual({
      name: "First export",
      rule: "first_export",
      points: 3,
      withinDays: 0,
    });
    expect(withoutMilestone(toml, 0)).not.toContain("milestone");
    expect(of(withoutMilestone(toml, 0)).steps).toHaveLength(2);
  });

  it("is none where nothing is left of it", () => {
    const bare = withStanding(toml, { tenurePoints: 0, steps: [], traits: [{ property: "nps", bands: [] }] });
    expect(of(bare)).toMatchObject({ tenurePoints: 0, traits: [], steps: [], milestones: [{ points: 10 }] });
    expect(bare).not.toMatch(/tenure|onboarding|trait/);
    expect(of(withStanding("", { steps: ["a"] }))).toMatchObject({ steps: ["a"], withinDays: 30 });
    const sorted = withStanding(toml, {
      traits: [
        {
          property: "seats",
          bands: [
            { atLeast: 1, points: 1 },
            { atLeast: 10, points: 2 },
          ],
        },
      ],
    });
    expect(of(sorted).traits[0]?.bands.map((band) => band.atLeast)).toEqual([10, 1]);
  });
});
