import { parse, stringify, type TomlTable, type TomlValue } from "smol-toml";

/** A draft is a text in TOML, as the server takes it; the cards read and write that text. */

/** The definition in force, as the reader saw it. */
export interface DefinitionNow {
  version: string;
  name: string;
  toml: string;
  etag: string;
}

export type Repeat = "diminishing" | "every" | "once";

export interface Action {
  name: string;
  points: number;
  repeat: Repeat;
  capPerDay: number; // 0: none
  rule: string; // in words
  events: string[]; // named by it
}

const isTable = (value: unknown): value is TomlTable =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
const tables = (value: TomlValue | undefined): TomlTable[] => (Array.isArray(value) ? value.filter(isTable) : []);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const amount = (value: unknown, otherwise: number): number =>
  typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : otherwise;

/** The draft as a table; none where it is no TOML. */
export function parsed(toml: string): TomlTable | undefined {
  try {
    return parse(toml);
  } catch {
    return undefined;
  }
}

function conditionWords(condition: TomlTable): string {
  const property = text(condition["property"]);
  const words: Record<string, string> = {
    is: "is",
    is_not: "is not",
    one_of: "is one of",
    contains: "contains",
    matches: "matches",
    at_least: "is at least",
    at_most: "is at most",
  };
  for (const [key, said] of Object.entries(words)) {
    if (key in condition) return `${property} ${said} ${Array.isArray(condition[key]) ? condition[key].join(", ") : String(condition[key])}`;
  }
  return condition["exists"] === false ? `${property} is not there` : `${property} is there`;
}

/** `report_shared where channel is external, unless automatic is true` */
export function ruleWords(rule: TomlTable): string {
  const event =
    rule["event"] !== undefined
      ? text(rule["event"])
      : rule["event_starts_with"] !== undefined
        ? `${text(rule["event_starts_with"])}…`
        : `/${text(rule["event_matches"])}/`;
  const where = tables(rule["where"]).map(conditionWords);
  const unless = tables(rule["unless"]).map(conditionWords);
  return `${event}${where.length > 0 ? ` where ${where.join(" and ")}` : ""}${unless.length > 0 ? `, unless ${unless.join(" or ")}` : ""}`;
}

function rulesOf(action: TomlTable): TomlTable[] {
  const when = action["when"];
  return isTable(when) ? [when] : tables(action["any"]);
}

export function actionsOf(draft: TomlTable): Action[] {
  return tables(draft["action"]).map((action) => {
    const rules = rulesOf(action);
    const events = rules.map((rule) => text(rule["event"])).filter((event) => event !== "");
    const repeat = action["repeat"];
    return {
      name: text(action["name"]) || events[0] || "An action",
      points: amount(action["points"], 0),
      repeat: repeat === "every" || repeat === "once" ? repeat : "diminishing",
      capPerDay: amount(action["cap_per_day"], 0),
      rule: rules.map(ruleWords).join(" or "),
      events,
    };
  });
}

/** The text with one of its actions changed; what stands at its default is left out. */
export function withAction(toml: string, at: number, change: Partial<Pick<Action, "name" | "points" | "repeat" | "capPerDay">>): string {
  return changed(toml, (draft) => {
    const action = tables(draft["action"])[at];
    if (!action) return;
    if (change.name !== undefined) action["name"] = change.name;
    if (change.points !== undefined) action["points"] = change.points;
    if (change.repeat === "diminishing") delete action["repeat"];
    else if (change.repeat !== undefined) action["repeat"] = change.repeat;
    if (change.capPerDay === 0) delete action["cap_per_day"];
    else if (change.capPerDay !== undefined) action["cap_per_day"] = change.capPerDay;
  });
}

export function withoutAction(toml: string, at: number): string {
  return changed(toml, (draft) => {
    draft["action"] = tables(draft["action"]).filter((_, place) => place !== at);
  });
}

/** The text with an action of another draft in its place, beside all that was changed since. */
export function withActionOf(toml: string, other: string, at: number): string {
  const action = tables(parsed(other)?.["action"])[at];
  if (!action) return toml;
  return changed(toml, (draft) => {
    const actions = tables(draft["action"]);
    draft["action"] = [...actions.slice(0, at), action, ...actions.slice(at)];
  });
}

/** `report_created` → `Report created` */
export function nameOfEvent(event: string): string {
  const words = event
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_\-.:/\s]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function withNewAction(toml: string, event: string, points: number): string {
  return changed(toml, (draft) => {
    const names = new Set(tables(draft["action"]).map((action) => text(action["name"])));
    const name = nameOfEvent(event);
    draft["action"] = [...tables(draft["action"]), { name: names.has(name) ? event : name, when: { event }, points }];
  });
}

export function withActivity(toml: string, event: string, isActivity: boolean): string {
  return changed(toml, (draft) => {
    const kept = Array.isArray(draft["not_activity"]) ? draft["not_activity"].map(String).filter((other) => other !== event) : [];
    draft["not_activity"] = isActivity ? kept : [...kept, event];
  });
}

const kUsualWindow = 30;

export interface Rest {
  windowDays: number;
  engagedDayPoints: number;
  habitPoints: number;
  levelsBy: "churn" | "bands" | "fixed";
  lowCut: number;
  highCut: number;
  bandLow: number;
  bandMedium: number;
  confirmDays: number;
  risePercent: number;
  excludedUsers: string[];
  excludedAccounts: string[];
}

const part = (draft: TomlTable, name: string): TomlTable => (isTable(draft[name]) ? draft[name] : {});
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export function restOf(draft: TomlTable): Rest {
  const levels = part(draft, "levels");
  const fixed = part(levels, "fixed");
  const bands = part(levels, "bands");
  const exclude = part(draft, "exclude");
  const by = levels["by"];
  return {
    windowDays: amount(draft["window_days"], kUsualWindow),
    engagedDayPoints: amount(draft["engaged_day_points"], 1),
    habitPoints: amount(part(draft, "habit")["points"], 0),
    levelsBy: by === "bands" || by === "fixed" ? by : "churn",
    lowCut: amount(fixed["low_cut"], 0),
    highCut: amount(fixed["high_cut"], 0),
    bandLow: amount(bands["low"], 3),
    bandMedium: amount(bands["medium"], 6),
    confirmDays: amount(levels["confirm_days"], 3),
    risePercent: amount(levels["rise_percent"], 15),
    excludedUsers: texts(exclude["users"]),
    excludedAccounts: texts(exclude["accounts"]),
  };
}

export function withRest(toml: string, change: Partial<Rest>): string {
  return changed(toml, (draft) => {
    const inside = (name: string, ...path: string[]): TomlTable => {
      let table = draft;
      for (const step of [name, ...path]) {
        if (!isTable(table[step])) table[step] = {};
        table = table[step] as TomlTable;
      }
      return table;
    };
    if (change.windowDays === kUsualWindow) delete draft["window_days"];
    else if (change.windowDays !== undefined) draft["window_days"] = change.windowDays;
    if (change.engagedDayPoints !== undefined) draft["engaged_day_points"] = change.engagedDayPoints;
    if (change.habitPoints === 0) delete draft["habit"];
    else if (change.habitPoints !== undefined) inside("habit")["points"] = change.habitPoints;
    if (change.levelsBy !== undefined) inside("levels")["by"] = change.levelsBy;
    if (change.lowCut !== undefined) inside("levels", "fixed")["low_cut"] = change.lowCut;
    if (change.highCut !== undefined) inside("levels", "fixed")["high_cut"] = change.highCut;
    if (change.bandLow !== undefined) inside("levels", "bands")["low"] = change.bandLow;
    if (change.bandMedium !== undefined) inside("levels", "bands")["medium"] = change.bandMedium;
    if (change.confirmDays !== undefined) inside("levels")["confirm_days"] = change.confirmDays;
    if (change.risePercent !== undefined) inside("levels")["rise_percent"] = change.risePercent;
    if (change.excludedUsers !== undefined) inside("exclude")["users"] = change.excludedUsers;
    if (change.excludedAccounts !== undefined) inside("exclude")["accounts"] = change.excludedAccounts;
  });
}

export interface Milestone {
  name: string;
  rule: string; // in words
  points: number;
  /** Days since the account began; 0: any time. */
  withinDays: number;
}

export interface Trait {
  property: string;
  bands: { atLeast: number; points: number }[];
}

/** What stands beside the window: what an account reached, how long it stays, what is known of it. */
export interface Standing {
  milestones: Milestone[];
  tenurePoints: number;
  tenureMost: number;
  traits: Trait[];
  steps: string[];
  withinDays: number;
}

const kOnboardingDays = 30;
const kTenureMost = 6;

export function standingOf(draft: TomlTable): Standing {
  const tenure = part(draft, "tenure");
  const onboarding = part(draft, "onboarding");
  return {
    milestones: tables(draft["milestone"]).map((milestone) => {
      const rules = rulesOf(milestone);
      return {
        name: text(milestone["name"]) || text(rules[0]?.["event"]) || "A milestone",
        rule: rules.map(ruleWords).join(" or "),
        points: amount(milestone["points"], 0),
        withinDays: amount(milestone["within_days"], 0),
      };
    }),
    tenurePoints: amount(tenure["points_per_30_days"], 0),
    tenureMost: amount(tenure["at_most"], kTenureMost),
    traits: tables(draft["trait"]).map((trait) => ({
      property: text(trait["property"]),
      bands: tables(trait["bands"]).map((band) => ({ atLeast: amount(band["at_least"], 0), points: amount(band["points"], 0) })),
    })),
    steps: texts(onboarding["steps"]),
    withinDays: amount(onboarding["within_days"], kOnboardingDays),
  };
}

export function withMilestone(toml: string, at: number, change: Partial<Pick<Milestone, "points" | "withinDays">>): string {
  return changed(toml, (draft) => {
    const milestone = tables(draft["milestone"])[at];
    if (!milestone) return;
    if (change.points !== undefined) milestone["points"] = change.points;
    if (change.withinDays === 0) delete milestone["within_days"];
    else if (change.withinDays !== undefined) milestone["within_days"] = change.withinDays;
  });
}

export function withNewMilestone(toml: string, event: string, points: number): string {
  return changed(toml, (draft) => {
    draft["milestone"] = [...tables(draft["milestone"]), { name: nameOfEvent(event), when: { event }, points }];
  });
}

export function withoutMilestone(toml: string, at: number): string {
  return changed(toml, (draft) => {
    const kept = tables(draft["milestone"]).filter((_, place) => place !== at);
    if (kept.length > 0) draft["milestone"] = kept;
    else delete draft["milestone"];
  });
}

/** Tenure without points, onboarding without steps, traits without bands are none. */
export function withStanding(
  toml: string,
  change: Partial<Pick<Standing, "tenurePoints" | "tenureMost" | "traits" | "steps" | "withinDays">>,
): string {
  return changed(toml, (draft) => {
    const now = { ...standingOf(draft), ...change };
    if (now.tenurePoints > 0) draft["tenure"] = { points_per_30_days: now.tenurePoints, at_most: now.tenureMost };
    else delete draft["tenure"];
    if (now.steps.length > 0) draft["onboarding"] = { steps: now.steps, within_days: now.withinDays };
    else delete draft["onboarding"];
    if (change.traits === undefined) return;
    const traits = change.traits
      .filter((trait) => trait.bands.length > 0)
      .map((trait) => ({
        property: trait.property,
        bands: [...trait.bands].sort((a, b) => b.atLeast - a.atLeast).map((band) => ({ at_least: band.atLeast, points: band.points })),
      }));
    if (traits.length > 0) draft["trait"] = traits;
    else delete draft["trait"];
  });
}

function changed(toml: string, change: (draft: TomlTable) => void): string {
  const draft = parsed(toml);
  if (!draft) return toml;
  change(draft);
  return stringify(draft);
}
