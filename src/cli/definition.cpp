#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "cli/calibration_words.h"
#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/workspace.h"
#include "score/definition_comparison.h"
#include "score/published_rules.h"
#include "score/score_run.h"
#include "wire/definition_diff.h"
#include "wire/definition_json.h"
#include "wire/definition_toml.h"
#include "wire/did_you_mean.h"
#include "wire/json.h"
#include "wire/names.h"

namespace tidemark {
namespace {

struct DefinitionOptions {
  std::string file;
  std::string version;
  int limit = 20;
  bool as_toml = false;
  bool as_json = false;
};

std::string short_hash(std::string_view hash) { return std::string(hash.substr(0, 12)); }

// --- check ---

std::string nearest_words(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto nearest = nearest_word(word, views);
  return nearest ? fmt::format("; did you mean \"{}\"?", *nearest) : "";
}

/// What is allowed, but probably not meant, in the light of the events and properties seen.
class DefinitionCritic {
 public:
  DefinitionCritic(const Definition& definition, std::vector<std::string> events,
                   std::vector<std::string> properties)
      : definition_(definition), events_(std::move(events)), properties_(std::move(properties)) {}

  std::vector<std::string> warnings() {
    if (!events_.empty()) {
      for (const Action& action : definition_.actions) look_at(action.when, "action", action.name);
      for (const Milestone& milestone : definition_.milestones) {
        look_at(milestone.when, "milestone", milestone.name);
      }
      for (const std::string& event : definition_.not_activity) {
        must_be_seen(event, "not_activity");
      }
      if (definition_.onboarding) {
        for (const std::string& step : definition_.onboarding->steps) {
          must_be_seen(step, "onboarding");
        }
      }
    }
    for (const Trait& trait : definition_.traits) {
      if (std::ranges::find(properties_, trait.property) != properties_.end()) continue;
      warnings_.push_back(
          fmt::format("trait \"{0}\": no account has the property \"{0}\"{1}", trait.property,
                      properties_.empty() ? "; import them with tidemark import --accounts FILE"
                                          : nearest_words(trait.property, properties_)));
    }
    return std::move(warnings_);
  }

  /// Events seen that earn nothing and are not named elsewhere.
  std::vector<std::string> unscored() const {
    std::vector<std::string> names;
    for (const std::string& event : events_) {
      const bool is_scored = std::ranges::any_of(definition_.actions, [&](const Action& action) {
        return RuleMatcher(action.when).of_name(event) != RuleMatcher::OfName::never;
      });
      if (!is_scored && !std::ranges::binary_search(definition_.not_activity, event)) {
        names.push_back(event);
      }
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  bool is_seen(const std::string& event) const {
    return std::ranges::find(events_, event) != events_.end();
  }

  void must_be_seen(const std::string& event, std::string_view where) {
    if (is_seen(event)) return;
    warnings_.push_back(fmt::format("{}: the event \"{}\" was never seen{}", where, event,
                                    nearest_words(event, events_)));
  }

  void look_at(const Rule& rule, std::string_view kind, const std::string& name) {
    const std::string owner = fmt::format("{} \"{}\"", kind, name);
    for (const EventPattern& pattern : rule.any) {
      if (pattern.name_test == NameTest::is) must_be_seen(pattern.name, owner);
      if (pattern.name_test == NameTest::is &&
          std::ranges::binary_search(definition_.not_activity, pattern.name)) {
        warnings_.push_back(
            fmt::format("{}: \"{}\" is in not_activity and so earns nothing", owner, pattern.name));
      }
    }
    const RuleMatcher matcher(rule);
    const bool fits_none = std::ranges::none_of(events_, [&](const std::string& event) {
      return matcher.of_name(event) != RuleMatcher::OfName::never;
    });
    if (fits_none && rule.any.front().name_test != NameTest::is) {
      warnings_.push_back(fmt::format("{}: no event seen so far has a fitting name", owner));
    }
  }

  const Definition& definition_;
  std::vector<std::string> events_;
  std::vector<std::string> properties_;
  std::vector<std::string> warnings_;
};

Result<std::vector<std::string>> properties_seen(Store& store) {
  const auto statements = store.account_statements({});
  if (!statements) return statements.error();
  std::set<std::string> seen;
  for (const Statement& statement : *statements) seen.insert(statement.property);
  return std::vector<std::string>(seen.begin(), seen.end());
}

Result<void> check(const Invocation& invocation, const DefinitionOptions& options) {
  const auto file = options.file.empty() ? definition_file(invocation.folder)
                                         : std::filesystem::path(options.file);
  const auto definition = read_definition(file);
  if (!definition) return definition.error();
  auto workspace = open_workspace_under(invocation.folder, *definition);
  if (!workspace) return workspace.error();
  auto events = workspace->store->event_names();
  if (!events) return events.error();
  auto properties = properties_seen(*workspace->store);
  if (!properties) return properties.error();
  DefinitionCritic critic(*definition, *std::move(events), *std::move(properties));
  const std::vector<std::string> warnings = critic.warnings();
  const std::vector<std::string> unscored = critic.unscored();
  const std::string hash = definition_hash(*definition);
  if (options.as_json) {
    fmt::print(
        "{}\n",
        Json{{"version", hash}, {"warnings", warnings}, {"unscored_events", unscored}}.dump(1));
    return {};
  }
  fmt::print("{} is a valid definition, version {}: {}, {}.\n", file.string(), short_hash(hash),
             counted(std::ssize(definition->actions), "action", "actions"),
             fmt::format("levels by {}", levels_by_name(definition->levels.by)));
  for (const std::string& warning : warnings) fmt::print("  ! {}\n", visible(warning));
  if (!unscored.empty()) {
    fmt::print("{}\n", wrapped(fmt::format("Seen, but earning nothing: {}.",
                                           visible(fmt::format("{}", fmt::join(unscored, ", ")))),
                               invocation.terminal.width()));
  }
  return {};
}

// --- show ---

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
  fmt::print("{}   version {}\nDays of {}, points of the last {} days\n\n",
             terminal.bold(visible(definition.name)), short_hash(definition_hash(definition)),
             definition.time_zone, kWindowDays);
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
  fmt::print("{}", table.text(terminal));
  const auto list = [&](std::string_view what, const std::vector<std::string>& items) {
    if (items.empty()) return;
    fmt::print("{}\n", wrapped(visible(fmt::format("{}: {}", what, fmt::join(items, ", "))),
                               terminal.width()));
  };
  fmt::print("\n");
  list("Not activity", definition.not_activity);
  list("Excluded users", definition.exclude.users);
  list("Excluded accounts", definition.exclude.accounts);
  list("Excluded where true", definition.exclude.flags);
  if (definition.onboarding) {
    list("Onboarding" + within_words(definition.onboarding->within_days),
         definition.onboarding->steps);
  }
  const LevelRules& levels = definition.levels;
  fmt::print(
      "{}\n",
      wrapped(fmt::format("Levels by {}; rising takes {} % more than a cut; a move between "
                          "low, medium and high is published on the {} day it stands; "
                          "recalibrated {}.",
                          levels_by_name(levels.by), levels.rise_percent,
                          ordinal(levels.confirm_days), recalibrate_name(levels.recalibrate)),
              terminal.width()));
}

/// The definition asked for: a published version by the beginning of its name, else the
/// workspace's.
Result<Definition> find_version(Workspace& workspace, const std::string& version) {
  if (version.empty()) return workspace.definition;
  const auto days = workspace.store->published_days();
  if (!days) return days.error();
  std::set<std::string> fitting;
  for (const PublishedDay& day : *days) {
    if (day.definition.starts_with(version)) fitting.insert(day.definition);
  }
  if (fitting.size() != 1) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} published version begins with {}; tidemark definition history "
                             "lists them",
                             fitting.empty() ? "no" : "more than one", version)};
  }
  const auto found = workspace.store->definition(*fitting.begin());
  if (!found) return found.error();
  return parse_canonical_definition((*found)->canonical);
}

Result<void> show(const Invocation& invocation, const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto definition = find_version(*workspace, options.version);
  if (!definition) return definition.error();
  if (options.as_json) {
    fmt::print("{}\n", Json::parse(canonical_definition(*definition)).dump(1));
  } else if (options.as_toml) {
    fmt::print("{}", definition_toml(*definition));
  } else {
    print_definition(*definition, invocation.terminal);
  }
  return {};
}

// --- diff ---

std::string why_words(const std::vector<TermDifference>& why) {
  constexpr std::size_t kMost = 3;
  std::string words;
  for (std::size_t at = 0; at < std::min(kMost, why.size()); ++at) {
    words += fmt::format("{}{}{} {}", at == 0 ? "" : ", ", why[at].points.milli > 0 ? "+" : "",
                         readable_points(why[at].points), visible(why[at].label));
  }
  return words.empty() ? "the cuts moved" : words;
}

void print_comparison(const DefinitionComparison& comparison,
                      const std::vector<DefinitionDifference>& differences, const Definition& after,
                      const DefinitionOptions& options, const Terminal& terminal) {
  Table what({{"What"}, {"is"}, {"becomes"}});
  for (const DefinitionDifference& difference : differences) {
    what.add({visible(difference.what),
              difference.before.empty() ? "–" : visible(difference.before),
              difference.after.empty() ? "–" : visible(difference.after)});
  }
  fmt::print("{}\n", what.text(terminal));
  Table levels({{fmt::format("Level on {}", readable_day(comparison.day))},
                {"is", Table::Align::right},
                {"becomes", Table::Align::right},
                {"", Table::Align::right}});
  for (const Level level : kLevelsDownwards) {
    const std::int64_t before = comparison.moves.before[index_of(level)];
    const std::int64_t now = comparison.moves.after[index_of(level)];
    if (level == Level::engaged && before == 0 && now == 0) continue;
    levels.add({terminal.level(level), with_separators(before), with_separators(now),
                now == before ? "" : signed_number(now - before)});
  }
  fmt::print("{}\n{}\n", levels.text(terminal),
             wrapped(level_words(after, comparison.after), terminal.width()));
  if (comparison.movers.empty()) {
    fmt::print("\nNobody would change level.\n");
    return;
  }
  fmt::print("\n{}\n",
             terminal.bold(counted(std::ssize(comparison.moves.moved), "account would change level",
                                   "accounts would change level")));
  Table movers({{"Account"},
                {"from"},
                {""},
                {"to"},
                {"points", Table::Align::right},
                {"then", Table::Align::right},
                {"why"}});
  for (const auto& [move, why] : comparison.movers) {
    movers.add({visible(comparison.account_ids[move.account]), terminal.level(move.before.level),
                "→", terminal.level(move.after.level), readable_points(move.before.points),
                readable_points(move.after.points), why_words(why)});
  }
  fmt::print("{}", movers.text(terminal));
  const auto rest = std::ssize(comparison.moves.moved) - std::ssize(comparison.movers);
  if (rest > 0) {
    fmt::print("  … and {} more: --limit {}\n", rest, comparison.moves.moved.size());
  }
  if (options.file.empty()) {
    fmt::print("\nThe next tidemark score publishes under it.\n");
  }
}

Json comparison_json(const DefinitionComparison& comparison,
                     const std::vector<DefinitionDifference>& differences) {
  Json json = {{"day", day_text(comparison.day)}, {"differences", Json::array()}};
  for (const DefinitionDifference& difference : differences) {
    json["differences"].push_back(
        {{"what", difference.what}, {"before", difference.before}, {"after", difference.after}});
  }
  for (const Level level : kLevelsDownwards) {
    json["levels_before"][std::string(level_name(level))] =
        comparison.moves.before[index_of(level)];
    json["levels_after"][std::string(level_name(level))] = comparison.moves.after[index_of(level)];
  }
  json["accounts"] = Json::array();
  for (const auto& [move, why] : comparison.movers) {
    Json account = {{"account_id", comparison.account_ids[move.account]},
                    {"from", level_name(move.before.level)},
                    {"to", level_name(move.after.level)},
                    {"milli_points_from", move.before.points.milli},
                    {"milli_points_to", move.after.points.milli},
                    {"why", Json::array()}};
    for (const TermDifference& term : why) {
      account["why"].push_back({{"label", term.label}, {"milli_points", term.points.milli}});
    }
    json["accounts"].push_back(std::move(account));
  }
  return json;
}

Result<void> diff(const Invocation& invocation, const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  Definition after = workspace->definition;
  if (!options.file.empty()) {
    auto read = read_definition(options.file);
    if (!read) return read.error();
    after = *std::move(read);
  }
  const auto rules = PublishedRules::load(*workspace->store);
  if (!rules) return rules.error();
  const bool is_published = !rules->days().empty();
  if (!is_published && options.file.empty()) {
    return Error{ErrorKind::not_found,
                 "nothing is published yet to compare with; name a file: tidemark definition diff "
                 "FILE"};
  }
  const Definition before =
      is_published ? rules->of(rules->days().back()).definition : workspace->definition;
  const Day day = is_published ? rules->days().back().day
                               : last_finished_day(invocation.clock, workspace->zone);
  const auto differences = definition_differences(before, after);
  if (differences.empty() && !options.as_json) {
    fmt::print("{} says the same as {}.\n", options.file.empty() ? "tidemark.toml" : options.file,
               is_published ? "the definition in force" : "tidemark.toml");
    return {};
  }
  const std::size_t explained = options.as_json ? std::numeric_limits<std::size_t>::max()
                                                : static_cast<std::size_t>(options.limit);
  const auto comparison =
      compare_definitions(*workspace->store, before, after, day, explained, Cores::all());
  if (!comparison) return comparison.error();
  if (options.as_json) {
    fmt::print("{}\n", comparison_json(*comparison, differences).dump(1));
  } else {
    print_comparison(*comparison, differences, after, options, invocation.terminal);
  }
  return {};
}

// --- history ---

struct VersionInForce {
  std::string hash;
  Day first;
  Day last;
};

Result<void> history(const Invocation& invocation, const DefinitionOptions& options) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  const auto rules = PublishedRules::load(*workspace->store);
  if (!rules) return rules.error();
  std::vector<VersionInForce> versions;
  for (const PublishedDay& day : rules->days()) {
    if (versions.empty() || versions.back().hash != day.definition) {
      versions.push_back({day.definition, day.day, day.day});
    }
    versions.back().last = day.day;
  }
  Json json = Json::array();
  Table table({{"Version"}, {"name"}, {"from"}, {"to"}, {"what changed"}});
  for (std::size_t at = 0; at < versions.size(); ++at) {
    const auto& [hash, first, last] = versions[at];
    const Definition& definition = rules->of(*rules->find(first)).definition;
    std::vector<DefinitionDifference> differences;
    if (at > 0) {
      differences = definition_differences(
          rules->of(*rules->find(versions[at - 1].first)).definition, definition);
    }
    std::string words;
    Json changes = Json::array();
    for (const DefinitionDifference& difference : differences) {
      changes.push_back(
          {{"what", difference.what}, {"before", difference.before}, {"after", difference.after}});
      words += fmt::format("{}{}: {} → {}", words.empty() ? "" : "; ", difference.what,
                           difference.before.empty() ? "–" : difference.before,
                           difference.after.empty() ? "–" : difference.after);
    }
    json.push_back({{"version", hash},
                    {"name", definition.name},
                    {"from", day_text(first)},
                    {"to", day_text(last)},
                    {"changes", changes}});
    table.add({short_hash(hash), visible(definition.name), readable_day(first), readable_day(last),
               visible(words)});
  }
  if (options.as_json) {
    fmt::print("{}\n", json.dump(1));
  } else if (versions.empty()) {
    fmt::print("Nothing is published yet.\n");
  } else {
    fmt::print("{}", table.text(invocation.terminal));
    if (versions.back().hash != definition_hash(workspace->definition)) {
      fmt::print("\ntidemark.toml says otherwise since: tidemark definition diff\n");
    }
  }
  return {};
}

}  // namespace

RunCommand declare_definition(CLI::App& app) {
  using Run = Result<void> (*)(const Invocation&, const DefinitionOptions&);
  struct Chosen {
    DefinitionOptions options;
    Run run = nullptr;
  };
  const auto chosen = std::make_shared<Chosen>();
  const auto add = [&](const char* name, const char* summary, Run run) {
    CLI::App* command = app.add_subcommand(name, summary);
    command->callback([chosen, run] { chosen->run = run; });
    command->add_flag("--json", chosen->options.as_json, "As JSON");
    return command;
  };
  add("check", "Whether a definition is valid, and what is probably not meant", check)
      ->add_option("FILE", chosen->options.file, "The definition; else tidemark.toml");
  CLI::App* shown = add("show", "What counts, and for how much", show);
  shown->add_option("--version", chosen->options.version, "A published version, by its beginning");
  shown->add_flag("--toml", chosen->options.as_toml, "As TOML, to edit or to go back to");
  CLI::App* compared = add(
      "diff", "What a definition would change, against the one in force: levels, and who", diff);
  compared->add_option("FILE", chosen->options.file, "The definition; else tidemark.toml");
  compared->add_option("--limit", chosen->options.limit, "How many accounts to list")
      ->check(CLI::Range(0, 10'000'000))
      ->capture_default_str();
  add("history", "Every version that was published under, and since when", history);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n  tidemark definition check\n  tidemark definition show\n"
      "  tidemark definition diff draft.toml\n  tidemark definition history\n"
      "  tidemark definition show --toml > before.toml");
  return [chosen](const Invocation& invocation) -> Result<void> {
    return chosen->run(invocation, chosen->options);
  };
}

}  // namespace tidemark
