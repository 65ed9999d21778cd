#include "wire/definition_toml.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/time_zone.h"
#include "wire/conditions_toml.h"
#include "wire/did_you_mean.h"
#include "wire/names.h"
#include "wire/toml_reader.h"

namespace tidemark {
namespace {

constexpr std::int64_t kMostWithinDays = 36'500;
constexpr const char* kWhenExample = "when = { event = \"report_created\" }";

template <class Item>
void sort_each_once(std::vector<Item>& items) {
  std::ranges::sort(items);
  items.erase(std::ranges::unique(items).begin(), items.end());
}

/// Reads the tables of one definition.
class DefinitionReader {
 public:
  explicit DefinitionReader(std::string_view source) : toml_(source) {}

  Result<Definition> read(const toml::table& root) {
    toml_.allow_only(root, {"name", "time_zone", "window_days", "engaged_day_points",
                            "not_activity", "action", "milestone", "tenure", "trait", "habit",
                            "exclude", "onboarding", "levels", "scale"});
    Definition definition;
    definition.name = toml_.text(root, "name").value_or("");
    definition.time_zone = toml_.text(root, "time_zone").value_or("UTC");
    if (const auto zone = TimeZone::named(definition.time_zone); !zone) {
      toml_.fail(root.get("time_zone"), zone.error().message);
    }
    definition.window_days =
        static_cast<int>(toml_.whole_number(root, "window_days", kLeastWindowDays, kMostWindowDays)
                             .value_or(definition.window_days));
    definition.engaged_day_points =
        toml_.points(root, "engaged_day_points", kMostPoints).value_or(Points{});
    definition.not_activity = toml_.texts(root, "not_activity", "[\"email_bounced\"]");
    definition.actions = read_actions(root);
    definition.milestones = read_milestones(root);
    definition.tenure = read_tenure(root);
    definition.traits = read_traits(root);
    definition.habit_points = read_habit(root);
    definition.exclude = read_exclusions(root);
    definition.onboarding = read_onboarding(root);
    definition.levels = read_levels(root);
    definition.fixed_reference = read_scale(root);
    if (toml_.error()) return *toml_.error();
    return definition;
  }

 private:
  /// One entry of a closed set, by its spelling.
  template <class Value>
  Value word(const toml::table& table, std::string_view key, Value fallback,
             std::optional<Value> (*named)(std::string_view), std::string_view words) {
    const auto name = toml_.text(table, key);
    if (!name) return fallback;
    const auto value = named(*name);
    if (!value) {
      toml_.fail(table.get(key), fmt::format("unknown {} \"{}\"; it is {}", key, *name, words));
    }
    return value.value_or(fallback);
  }

  // --- rules ---

  EventPattern read_pattern(const toml::table& table) {
    toml_.allow_only(table, {"event", "event_starts_with", "event_matches", "where", "unless"});
    EventPattern pattern;
    int names = 0;
    for (const NameTest test : {NameTest::is, NameTest::starts_with, NameTest::matches}) {
      const std::string_view key = name_test_name(test);
      if (table.get(key) == nullptr) continue;
      pattern.name_test = test;
      pattern.name = toml_.needed_text(table, key, "when");
      if (test == NameTest::matches) check_regex(toml_, *table.get(key), pattern.name);
      ++names;
    }
    if (names != 1) {
      toml_.fail(&table, names == 0
                             ? fmt::format("a rule needs its event: {}", kWhenExample)
                             : "a rule has one of event, event_starts_with and event_matches");
    }
    pattern.where = read_conditions(toml_, table, "where");
    pattern.unless = read_conditions(toml_, table, "unless");
    return pattern;
  }

  /// The rule of an action or milestone: `when`, or several `any`.
  Rule read_rule(const toml::table& table, std::string_view owner) {
    Rule rule;
    const toml::node* when = table.get("when");
    const toml::node* any = table.get("any");
    if (when != nullptr && any != nullptr) {
      toml_.fail(any, fmt::format("{} has either when or several any, not both", owner));
    } else if (any != nullptr) {
      for (const toml::table* entry :
           toml_.tables(table, "any", fmt::format("[[{}.any]], once for each", owner))) {
        rule.any.push_back(read_pattern(*entry));
      }
    } else if (when != nullptr && when->is_table()) {
      rule.any.push_back(read_pattern(*when->as_table()));
    }
    if (rule.any.empty()) {
      toml_.fail(when != nullptr ? when : &table,
                 fmt::format("{} {} needs its rule: {}", owner == "action" ? "an" : "a", owner,
                             kWhenExample));
      return Rule::of_event("");
    }
    sort_each_once(rule.any);
    return rule;
  }

  // --- inputs ---

  static std::string name_of(const Rule& rule) { return rule.any.front().name; }

  Points needed_points(const toml::table& table, std::string_view owner, std::string_view name) {
    const auto worth = toml_.points(table, "points", kMostPoints);
    if (!worth) {
      toml_.fail(&table, fmt::format("{} \"{}\" needs points; points are 0 to 1000 with at most "
                                     "three decimals",
                                     owner, name));
    }
    return worth.value_or(Points{});
  }

  /// Names and rules stand once each.
  template <class Input>
  void check_unlike(const toml::table& table, const Input& input, const std::vector<Input>& others,
                    std::string_view owner) {
    for (const Input& other : others) {
      if (other.when == input.when) {
        const auto& rule = input.when;
        toml_.fail(&table, fmt::format("two {}s with the same rule: \"{}\" and \"{}\"{}", owner,
                                       other.name, input.name,
                                       rule.is_plain() ? fmt::format(" both earn points for "
                                                                     "event \"{}\"",
                                                                     name_of(rule))
                                                       : ""));
      } else if (other.name == input.name) {
        toml_.fail(&table, fmt::format("two {}s are named \"{}\"", owner, input.name));
      }
    }
  }

  std::vector<Action> read_actions(const toml::table& root) {
    std::vector<Action> actions;
    const auto tables = toml_.tables(root, "action", "[[action]], once for each");
    for (const toml::table* table : tables) {
      toml_.allow_only(*table, {"name", "when", "any", "points", "repeat", "cap_per_day"});
      Action action;
      action.when = read_rule(*table, "action");
      action.name = toml_.text(*table, "name").value_or(name_of(action.when));
      action.points = needed_points(*table, "action", action.name);
      action.repeat = word(*table, "repeat", Repeat::diminishing, repeat_named,
                           "\"diminishing\", \"every\" or \"once\"");
      action.cap_per_day = toml_.whole_number(*table, "cap_per_day", 1, kMostPerDay).value_or(0);
      check_unlike(*table, action, actions, "action");
      actions.push_back(std::move(action));
    }
    if (actions.empty()) {
      toml_.fail(root.get("action"),
                 "no action earns points; add an [[action]] with name, when and points");
    }
    return actions;
  }

  std::optional<int> read_within_days(const toml::table& table) {
    const auto days = toml_.whole_number(table, "within_days", 0, kMostWithinDays);
    return days ? std::optional(static_cast<int>(*days)) : std::nullopt;
  }

  std::vector<Milestone> read_milestones(const toml::table& root) {
    std::vector<Milestone> milestones;
    for (const toml::table* table :
         toml_.tables(root, "milestone", "[[milestone]], once for each")) {
      toml_.allow_only(*table, {"name", "when", "any", "within_days", "points"});
      Milestone milestone;
      milestone.when = read_rule(*table, "milestone");
      milestone.name = toml_.text(*table, "name").value_or(name_of(milestone.when));
      milestone.within_days = read_within_days(*table);
      milestone.points = needed_points(*table, "milestone", milestone.name);
      // The same thing may earn points by a day, and other points by another.
      for (const Milestone& other : milestones) {
        if (other.name == milestone.name) {
          toml_.fail(table, fmt::format("two milestones are named \"{}\"", milestone.name));
        } else if (other.when == milestone.when && other.within_days == milestone.within_days) {
          toml_.fail(table, fmt::format("two milestones with the same rule: \"{}\" and \"{}\"",
                                        other.name, milestone.name));
        }
      }
      milestones.push_back(std::move(milestone));
    }
    return milestones;
  }

  std::optional<Tenure> read_tenure(const toml::table& root) {
    const toml::table* table = toml_.table(root, "tenure", "[tenure]");
    if (table == nullptr) return std::nullopt;
    toml_.allow_only(*table, {"points_per_30_days", "at_most"});
    const auto worth = toml_.points(*table, "points_per_30_days", kMostPoints);
    if (!worth) toml_.fail(table, "tenure needs points_per_30_days");
    return Tenure{worth.value_or(Points{}), toml_.points(*table, "at_most", kMostPoints)};
  }

  std::vector<Trait> read_traits(const toml::table& root) {
    constexpr const char* kBands = "bands = [ { at_least = 9, points = 4.0 } ]";
    std::vector<Trait> traits;
    for (const toml::table* table : toml_.tables(root, "trait", "[[trait]], once for each")) {
      toml_.allow_only(*table, {"property", "bands"});
      Trait trait{toml_.needed_text(*table, "property", "a trait"), {}};
      for (const toml::table* entry : toml_.tables(*table, "bands", kBands)) {
        toml_.allow_only(*entry, {"at_least", "points"});
        const auto at_least = toml_.number(*entry, "at_least");
        const auto worth = toml_.points(*entry, "points", kMostPoints);
        if (!at_least || !worth) {
          toml_.fail(entry, fmt::format("a band needs at_least and points: {}", kBands));
        }
        trait.bands.push_back({at_least.value_or(0), worth.value_or(Points{})});
        const auto& bands = trait.bands;
        if (bands.size() > 1 && bands.back().at_least >= bands[bands.size() - 2].at_least) {
          toml_.fail(entry, "the first band that fits counts: write the highest at_least first");
        }
      }
      if (trait.bands.empty()) {
        toml_.fail(table, fmt::format("trait \"{}\" needs {}", trait.property, kBands));
      }
      if (std::ranges::find(traits, trait.property, &Trait::property) != traits.end()) {
        toml_.fail(table, fmt::format("two traits of the property \"{}\"", trait.property));
      }
      traits.push_back(std::move(trait));
    }
    return traits;
  }

  Points read_habit(const toml::table& root) {
    const toml::table* table = toml_.table(root, "habit", "[habit]");
    if (table == nullptr) return {};
    toml_.allow_only(*table, {"points"});
    return toml_.points(*table, "points", kMostPoints).value_or(Points{});
  }

  // --- who counts, and what follows ---

  Exclusions read_exclusions(const toml::table& root) {
    const toml::table* table = toml_.table(root, "exclude", "[exclude]");
    if (table == nullptr) return {};
    toml_.allow_only(*table, {"users", "accounts", "flags"});
    return {toml_.texts(*table, "users", "[\"*@ourcompany.com\"]"),
            toml_.texts(*table, "accounts", "[\"test-*\"]"),
            toml_.texts(*table, "flags", "[\"staging\"]")};
  }

  std::optional<Onboarding> read_onboarding(const toml::table& root) {
    const toml::table* table = toml_.table(root, "onboarding", "[onboarding]");
    if (table == nullptr) return std::nullopt;
    toml_.allow_only(*table, {"steps", "within_days"});
    Onboarding onboarding{toml_.texts(*table, "steps", "[\"workspace_created\"]"),
                          read_within_days(*table)};
    if (onboarding.steps.empty()) {
      toml_.fail(table, "onboarding needs its steps: steps = [\"workspace_created\"]");
    }
    return onboarding;
  }

  LevelRules read_levels(const toml::table& root) {
    LevelRules levels;
    const toml::table* table = toml_.table(root, "levels", "[levels]");
    if (table == nullptr) return levels;
    toml_.allow_only(*table,
                     {"by", "bands", "fixed", "rise_percent", "confirm_days", "recalibrate"});
    levels.by =
        word(*table, "by", LevelsBy::churn, levels_by_named, "\"churn\", \"bands\" or \"fixed\"");
    if (const auto* bands = toml_.table(*table, "bands", "bands = { low = 3, medium = 6 }")) {
      toml_.allow_only(*bands, {"low", "medium"});
      levels.low_band = static_cast<int>(toml_.whole_number(*bands, "low", 0, 8).value_or(3));
      levels.medium_band = static_cast<int>(toml_.whole_number(*bands, "medium", 1, 9).value_or(6));
      if (levels.low_band >= levels.medium_band) {
        toml_.fail(bands, fmt::format("bands: low = {} must be below medium = {}", levels.low_band,
                                      levels.medium_band));
      }
    }
    constexpr const char* kFixed = "fixed = { low_cut = 12.0, high_cut = 80.0 }";
    if (const auto* fixed = toml_.table(*table, "fixed", kFixed)) {
      toml_.allow_only(*fixed, {"low_cut", "high_cut"});
      levels.fixed_low = toml_.points(*fixed, "low_cut", kMostFixedCut).value_or(Points{});
      levels.fixed_high = toml_.points(*fixed, "high_cut", kMostFixedCut).value_or(Points{});
      if (levels.fixed_low >= levels.fixed_high) {
        toml_.fail(fixed, fmt::format("low_cut must be below high_cut, as in {}", kFixed));
      }
    } else if (levels.by == LevelsBy::fixed) {
      toml_.fail(table, fmt::format("levels by fixed cuts need them: {}", kFixed));
    }
    levels.rise_percent =
        static_cast<int>(toml_.whole_number(*table, "rise_percent", 0, 100).value_or(15));
    levels.confirm_days =
        static_cast<int>(toml_.whole_number(*table, "confirm_days", 1, 30).value_or(3));
    levels.recalibrate = word(*table, "recalibrate", Recalibrate::monthly, recalibrate_named,
                              "\"monthly\" or \"by hand\"");
    return levels;
  }

  std::optional<Points> read_scale(const toml::table& root) {
    const toml::table* table = toml_.table(root, "scale", "[scale]");
    if (table == nullptr) return std::nullopt;
    toml_.allow_only(*table, {"reference"});
    const toml::node* reference = table->get("reference");
    if (reference == nullptr) return std::nullopt;
    if (reference->is_string()) {
      if (reference->as_string()->get() != "calibrated") {
        toml_.fail(reference, "reference is \"calibrated\", or the points that are shown as 50");
      }
      return std::nullopt;
    }
    const auto points = toml_.points(*table, "reference", kMostFixedCut);
    if (points == Points{0}) toml_.fail(reference, "reference must be above 0");
    return points;
  }

  TomlReader toml_;
};

// --- writing ---

std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      quoted += '\\';
      quoted += character;
    } else if (byte < 0x20 || byte == 0x7F) {
      quoted += fmt::format("\\u{:04X}", byte);
    } else {
      quoted += character;
    }
  }
  return quoted + '"';
}

std::string toml_texts(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + toml_text(text);
  return "[" + list + "]";
}

std::string toml_number(double number) {
  std::string text = fmt::format("{}", number);
  // TOML tells a number from an integer by its point.
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string toml_comparand(const Comparand& comparand) {
  if (const auto* text = std::get_if<std::string>(&comparand)) return toml_text(*text);
  if (const auto* number = std::get_if<double>(&comparand)) return toml_number(*number);
  return std::get<bool>(comparand) ? "true" : "false";
}

std::string toml_conditions(const std::vector<Condition>& conditions) {
  std::string list;
  for (const Condition& condition : conditions) {
    std::string wanted;
    for (const Comparand& one : condition.wanted) {
      if (!wanted.empty()) wanted += ", ";
      wanted += toml_comparand(one);
    }
    if (condition.test == PropertyTest::one_of) wanted = fmt::format("[{}]", wanted);
    list += fmt::format("{}{{ property = {}, {} = {} }}", list.empty() ? "" : ", ",
                        toml_text(condition.property), test_name(condition.test), wanted);
  }
  return "[" + list + "]";
}

std::string toml_pattern(const EventPattern& pattern) {
  std::string text =
      fmt::format("{{ {} = {}", name_test_name(pattern.name_test), toml_text(pattern.name));
  if (!pattern.where.empty()) text += ", where = " + toml_conditions(pattern.where);
  if (!pattern.unless.empty()) text += ", unless = " + toml_conditions(pattern.unless);
  return text + " }";
}

std::string toml_rule(const Rule& rule) {
  if (rule.any.size() == 1) return fmt::format("when = {}\n", toml_pattern(rule.any.front()));
  std::string list;
  for (const EventPattern& pattern : rule.any) {
    list += fmt::format("{}\n  {}", list.empty() ? "" : ",", toml_pattern(pattern));
  }
  return fmt::format("any = [{} ]\n", list);
}

std::string toml_within_days(const std::optional<int>& days) {
  return days ? fmt::format("within_days = {}\n", *days) : "";
}

std::string toml_inputs(const Definition& definition) {
  std::string text;
  for (const Action& action : definition.actions) {
    text += fmt::format("\n[[action]]\nname = {}\n{}points = {}\n", toml_text(action.name),
                        toml_rule(action.when), exact_points(action.points));
    if (action.repeat != Repeat::diminishing) {
      text += fmt::format("repeat = \"{}\"\n", repeat_name(action.repeat));
    }
    if (action.cap_per_day > 0) text += fmt::format("cap_per_day = {}\n", action.cap_per_day);
  }
  for (const Milestone& milestone : definition.milestones) {
    text += fmt::format("\n[[milestone]]\nname = {}\n{}{}points = {}\n", toml_text(milestone.name),
                        toml_rule(milestone.when), toml_within_days(milestone.within_days),
                        exact_points(milestone.points));
  }
  if (definition.tenure) {
    text += fmt::format("\n[tenure]\npoints_per_30_days = {}\n",
                        exact_points(definition.tenure->points_per_30_days));
    if (const auto most = definition.tenure->at_most) {
      text += fmt::format("at_most = {}\n", exact_points(*most));
    }
  }
  for (const Trait& trait : definition.traits) {
    std::string bands;
    for (const Trait::Band& band : trait.bands) {
      bands += fmt::format("{}{{ at_least = {}, points = {} }}", bands.empty() ? "" : ", ",
                           toml_number(band.at_least), exact_points(band.points));
    }
    text +=
        fmt::format("\n[[trait]]\nproperty = {}\nbands = [{}]\n", toml_text(trait.property), bands);
  }
  if (definition.habit_points.milli > 0) {
    text += fmt::format("\n[habit]\npoints = {}\n", exact_points(definition.habit_points));
  }
  return text;
}

std::string toml_levels(const LevelRules& levels) {
  const LevelRules usual;
  if (levels == usual) return "";
  std::string text = fmt::format("\n[levels]\nby = \"{}\"\n", levels_by_name(levels.by));
  text += fmt::format("bands = {{ low = {}, medium = {} }}\n", levels.low_band, levels.medium_band);
  if (levels.fixed_high.milli > 0) {
    text += fmt::format("fixed = {{ low_cut = {}, high_cut = {} }}\n",
                        exact_points(levels.fixed_low), exact_points(levels.fixed_high));
  }
  return text + fmt::format("rise_percent = {}\nconfirm_days = {}\nrecalibrate = \"{}\"\n",
                            levels.rise_percent, levels.confirm_days,
                            recalibrate_name(levels.recalibrate));
}

}  // namespace

Result<Definition> parse_definition(std::string_view text, std::string_view source) {
  const auto parsed = parse_toml(text, source);
  if (!parsed) return parsed.error();
  return DefinitionReader(source).read(*parsed);
}

std::string definition_toml(const Definition& definition) {
  std::string text = fmt::format("name = {}\ntime_zone = {}\nengaged_day_points = {}\n",
                                 toml_text(definition.name), toml_text(definition.time_zone),
                                 exact_points(definition.engaged_day_points));
  if (definition.window_days != Definition{}.window_days) {
    text += fmt::format("window_days = {}\n", definition.window_days);
  }
  if (!definition.not_activity.empty()) {
    text += fmt::format("not_activity = {}\n", toml_texts(definition.not_activity));
  }
  text += toml_inputs(definition);
  if (!definition.exclude.is_empty()) {
    text +=
        fmt::format("\n[exclude]\nusers = {}\naccounts = {}\nflags = {}\n",
                    toml_texts(definition.exclude.users), toml_texts(definition.exclude.accounts),
                    toml_texts(definition.exclude.flags));
  }
  if (definition.onboarding) {
    text += fmt::format("\n[onboarding]\nsteps = {}\n{}", toml_texts(definition.onboarding->steps),
                        toml_within_days(definition.onboarding->within_days));
  }
  text += toml_levels(definition.levels);
  if (definition.fixed_reference) {
    text += fmt::format("\n[scale]\nreference = {}\n", exact_points(*definition.fixed_reference));
  }
  return text;
}

}  // namespace tidemark
