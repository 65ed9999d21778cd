#include "cli/definition_edits.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/decimal.h"
#include "wire/definition_toml.h"
#include "wire/did_you_mean.h"

namespace tidemark {
namespace {

Error wrong(const std::string& option, const std::string& value, const std::string& right) {
  return Error{ErrorKind::invalid_input, fmt::format("{} {}: {}", option, value, right)};
}

Result<Points> points_of(const std::string& option, const std::string& text, Points most) {
  const auto number = decimal_number(text);
  const auto most_number = static_cast<double>(most.milli) / 1000;
  if (number && *number >= 0 && *number <= most_number) {
    const double milli = *number * 1000;
    if (std::abs(milli - std::round(milli)) < 1e-6) return Points{std::llround(milli)};
  }
  return wrong(option, text,
               fmt::format("points are 0 to {} with at most three decimals", most_number));
}

struct Assignment {
  std::string name;
  std::string value;
};

/// The last `=` divides, so that names may have some.
Result<Assignment> assignment_of(const std::string& option, const std::string& text) {
  const std::size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    return wrong(option, text, fmt::format("write it as {} 'Report created=8'", option));
  }
  return Assignment{text.substr(0, at), text.substr(at + 1)};
}

class Editor {
 public:
  Editor(Definition definition, const std::vector<std::string>& event_names)
      : definition_(std::move(definition)), event_names_(event_names) {}

  Result<void> set_points(const std::string& text) {
    const auto assignment = assignment_of("--points", text);
    if (!assignment) return assignment.error();
    const auto points = points_of("--points", assignment->value, kMostPoints);
    if (!points) return points.error();
    if (Action* action = find(assignment->name)) {
      action->points = *points;
      return {};
    }
    if (std::ranges::find(event_names_, assignment->name) == event_names_.end()) {
      return unknown("--points", assignment->name);
    }
    definition_.actions.push_back(
        {assignment->name, Rule::of_event(assignment->name), *points, Repeat::diminishing, 0});
    return {};
  }

  Result<void> set_cap(const std::string& text) {
    const auto assignment = assignment_of("--cap", text);
    if (!assignment) return assignment.error();
    Action* const action = find(assignment->name);
    if (action == nullptr) return unknown("--cap", assignment->name);
    const auto cap = decimal_number(assignment->value);
    if (!cap || *cap < 0 || *cap > kMostPerDay || *cap != std::floor(*cap)) {
      return wrong("--cap", assignment->value,
                   fmt::format("a cap is a whole number up to {}, or 0 for none", kMostPerDay));
    }
    action->cap_per_day = static_cast<std::int64_t>(*cap);
    return {};
  }

  Result<void> drop(const std::string& name) {
    const Action* const action = find(name);
    if (action == nullptr) return unknown("--drop", name);
    definition_.actions.erase(definition_.actions.begin() + (action - definition_.actions.data()));
    return {};
  }

  /// A cut that is not given is the one there is, where the definition has fixed ones.
  Result<void> set_cuts(const std::optional<std::string>& low,
                        const std::optional<std::string>& high) {
    LevelRules& levels = definition_.levels;
    if (!low && !high) return {};
    if (levels.by != LevelsBy::fixed && (!low || !high)) {
      return Error{ErrorKind::invalid_input,
                   "fixed cuts come in two: give --low and --high, in points"};
    }
    levels.by = LevelsBy::fixed;
    if (auto is_set = set(levels.fixed_low, "--low", low, kMostFixedCut); !is_set) return is_set;
    return set(levels.fixed_high, "--high", high, kMostFixedCut);
  }

  static Result<void> set(Points& points, const std::string& option,
                          const std::optional<std::string>& text, Points most) {
    if (!text) return {};
    const auto given = points_of(option, *text, most);
    if (!given) return given.error();
    points = *given;
    return {};
  }

  Definition& definition() { return definition_; }

 private:
  Action* find(const std::string& name) {
    auto found = std::ranges::find(definition_.actions, name, &Action::name);
    if (found == definition_.actions.end()) {
      found = std::ranges::find_if(definition_.actions, [&](const Action& action) {
        return action.when == Rule::of_event(name);
      });
    }
    return found == definition_.actions.end() ? nullptr : &*found;
  }

  Error unknown(const std::string& option, const std::string& name) const {
    std::vector<std::string_view> known;
    for (const Action& action : definition_.actions) known.push_back(action.name);
    if (option == "--points") known.insert(known.end(), event_names_.begin(), event_names_.end());
    return wrong(option, name, "no such action; " + did_you_mean(name, known));
  }

  Definition definition_;
  const std::vector<std::string>& event_names_;
};

}  // namespace

void add_edit_options(CLI::App& app, DefinitionEdits& edits) {
  app.add_option("--points", edits.points, "What an action is worth, or an event that is none yet")
      ->type_name("ACTION=POINTS");
  app.add_option("--cap", edits.caps, "How many of a day count; 0 for all")
      ->type_name("ACTION=COUNT");
  app.add_option("--drop", edits.drops, "An action that is to earn nothing")->type_name("ACTION");
  app.add_option("--window", edits.window, "For how many days points count")
      ->type_name("DAYS")
      ->check(CLI::Range(kLeastWindowDays, kMostWindowDays));
  app.add_option("--engaged-day", edits.engaged_day, "What an engaged day is worth")
      ->type_name("POINTS");
  app.add_option("--habit", edits.habit, "What a habit day is worth")->type_name("POINTS");
  app.add_option("--low", edits.low, "Up to so many points is low, for good")->type_name("POINTS");
  app.add_option("--high", edits.high, "Above so many points is high, for good")
      ->type_name("POINTS");
}

Result<Definition> edited(Definition definition, const DefinitionEdits& edits,
                          const std::vector<std::string>& event_names) {
  Editor editor(std::move(definition), event_names);
  for (const std::string& text : edits.points) {
    if (auto set = editor.set_points(text); !set) return set.error();
  }
  for (const std::string& text : edits.caps) {
    if (auto set = editor.set_cap(text); !set) return set.error();
  }
  for (const std::string& name : edits.drops) {
    if (auto dropped = editor.drop(name); !dropped) return dropped.error();
  }
  Definition& changed = editor.definition();
  changed.window_days = edits.window.value_or(changed.window_days);
  auto set =
      Editor::set(changed.engaged_day_points, "--engaged-day", edits.engaged_day, kMostPoints);
  if (!set) return set.error();
  set = Editor::set(changed.habit_points, "--habit", edits.habit, kMostPoints);
  if (!set) return set.error();
  set = editor.set_cuts(edits.low, edits.high);
  if (!set) return set.error();
  return parse_definition(definition_toml(changed), "what would be");
}

}  // namespace tidemark
