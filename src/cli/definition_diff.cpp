#include <algorithm>

#include <fmt/format.h>

#include "cli/calibration_words.h"
#include "cli/definition_command.h"
#include "cli/term_words.h"
#include "cli/workspace.h"
#include "score/definition_comparison.h"
#include "score/published_rules.h"
#include "score/score_run.h"
#include "wire/definition_diff.h"
#include "wire/json.h"

namespace tidemark {
namespace {

std::string why_words(const WhatMoves::Account& move, const std::vector<TermDifference>& why) {
  constexpr std::size_t kMost = 3;
  // A fall with as many points, or a rise with no more, is the doing of the scale.
  const bool is_rise = move.after.level > move.before.level;
  const bool gains = move.after.points > move.before.points;
  const bool loses = move.after.points < move.before.points;
  std::string terms = term_words(why, kMost);
  if (is_rise ? gains : loses) return terms;
  return terms.empty() ? "the cuts moved" : "the cuts moved, " + terms;
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
                readable_points(move.after.points), why_words(move, why)});
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

}  // namespace

Result<void> diff_definition(const Invocation& invocation, const DefinitionOptions& options) {
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

}  // namespace tidemark
