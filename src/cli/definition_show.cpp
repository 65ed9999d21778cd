#include <algorithm>

#include <fmt/format.h>

#include "cli/definition_command.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "score/definition_versions.h"
#include "wire/definition_json.h"
#include "wire/definition_toml.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

std::string comparand_words(const Comparand& comparand) {
  if (const auto* text = std::get_if<std::string>(&comparand)) return fmt::format("\"{}\"", *text);
  if (const auto* number = std::get_if<double>(&comparand)) return fmt::format("{}", *number);
  return std::get<bool>(comparand) ? "true" : "false";
}

std::string condition_words(const Condition& condition) {
  std::string wanted;
  for (const Comparand& one : condition.wanted) {
    wanted += (wanted.empty() ? "" : ", ") + comparand_words(one);
  }
  std::string test(test_name(condition.test));
  std::ranges::replace(test, '_', ' ');
  return fmt::format("{} {} {}", condition.property, test, wanted);
}

std::string rule_words(const Rule& rule) {
  std::string words;
  for (const EventPattern& pattern : rule.any) {
    if (!words.empty()) words += " or ";
    switch (pattern.name_test) {
      case NameTest::is:
        words += pattern.name;
        break;
      case NameTest::starts_with:
        words += pattern.name + "…";
        break;
      case NameTest::matches:
        words += "/" + pattern.name + "/";
        break;
    }
    for (const Condition& condition : pattern.where) words += ", " + condition_words(condition);
    for (const Condition& condition : pattern.unless) {
      words += ", unless " + condition_words(condition);
    }
  }
  return words;
}

std::string repeat_words(const Action& action) {
  std::string words;
  switch (action.repeat) {
    case Repeat::diminishing:
      words = "√n a day";
      break;
    case Repeat::every:
      words = "n a day";
      break;
    case Repeat::once:
      words = "once a day";
      break;
  }
  return action.cap_per_day > 0 ? fmt::format("{}, n ≤ {}", words, action.cap_per_day) : words;
}

std::string within_words(const std::optional<int>& days) {
  return days ? fmt::format(" within {}", counted(*days, "day", "days")) : "";
}

std::string ordinal(int number) {
  const char* ending = number % 10 == 1 && number != 11   ? "st"
                       : number % 10 == 2 && number != 12 ? "nd"
                       : number % 10 == 3 && number != 13 ? "rd"
                                                          : "th";
  return fmt::format("{}{}", number, ending);
}

void print_definition(const Definition& definition, const Terminal& terminal) {
  print("{}   version {}\nDays of {}, points of the last {} days\n\n",
        terminal.bold(visible(definition.name)), short_hash(definition_hash(definition)),
        definition.time_zone, definition.window_days);
  Table table({{"Input"}, {"points", Table::Align::right}, {"how"}, {"when"}});
  for (const Action& action : definition.actions) {
    table.add({visible(action.name), exact_points(action.points), repeat_words(action),
               visible(rule_words(action.when))});
  }
  if (definition.engaged_day_points.milli > 0) {
    table.add({"Engaged day", exact_points(definition.engaged_day_points), "each day",
               "any action above"});
  }
  for (const Milestone& milestone : definition.milestones) {
    table.add({visible(milestone.name), exact_points(milestone.points), "for ever",
               visible(rule_words(milestone.when)) + within_words(milestone.within_days)});
  }
  if (definition.tenure) {
    table.add({"Tenure", exact_points(definition.tenure->points_per_30_days), "per 30 days",
               definition.tenure->at_most
                   ? fmt::format("at most {}", exact_points(*definition.tenure->at_most))
                   : ""});
  }
  for (const Trait& trait : definition.traits) {
    for (const Trait::Band& band : trait.bands) {
      table.add({visible(trait.property), exact_points(band.points), "while",
                 fmt::format("at least {}", band.at_least)});
    }
  }
  if (definition.habit_points.milli > 0) {
    table.add({"Habit", exact_points(definition.habit_points), "per habit day", ""});
  }
  print("{}", table.text(terminal));
  const auto list = [&](std::string_view what, const std::vector<std::string>& items) {
    if (items.empty()) return;
    print("{}\n",
          wrapped(visible(fmt::format("{}: {}", what, fmt::join(items, ", "))), terminal.width()));
  };
  print("\n");
  list("Not activity", definition.not_activity);
  list("Excluded users", definition.exclude.users);
  list("Excluded accounts", definition.exclude.accounts);
  list("Excluded where true", definition.exclude.flags);
  if (definition.onboarding) {
    list("Onboarding" + within_words(definition.onboarding->within_days),
         definition.onboarding->steps);
  }
  const LevelRules& levels = definition.levels;
  print("{}\n",
        wrapped(fmt::format("Levels by {}; rising takes {} % more than a cut; a move between "
                            "low, medium and high is published on the {} day it stands; "
                            "recalibrated {}.",
                            levels_by_name(levels.by), levels.rise_percent,
                            ordinal(levels.confirm_days), recalibrate_name(levels.recalibrate)),
                terminal.width()));
}

}  // namespace

Result<void> show_definition(const Invocation& invocation, const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto definition = options.version.empty()
                              ? Result<Definition>(workspace->definition)
                              : published_version(*workspace->store, options.version);
  if (!definition) return definition.error();
  if (options.as_json) {
    print("{}\n", Json::parse(canonical_definition(*definition)).dump(1));
  } else if (options.as_toml) {
    print("{}", definition_toml(*definition));
  } else {
    print_definition(*definition, invocation.terminal);
  }
  return {};
}

}  // namespace tidemark
