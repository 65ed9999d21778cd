#include "cli/definition_moves.h"

#include <fmt/format.h>

#include "cli/term_words.h"

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

}  // namespace

Table level_table(const std::string& heading, const WhatMoves& moves, const Terminal& terminal) {
  Table levels({{heading},
                {"is", Table::Align::right},
                {"becomes", Table::Align::right},
                {"", Table::Align::right}});
  for (const Level level : kLevelsDownwards) {
    const std::int64_t before = moves.before[index_of(level)];
    const std::int64_t now = moves.after[index_of(level)];
    if (level == Level::engaged && before == 0 && now == 0) continue;
    levels.add({terminal.level(level), with_separators(before), with_separators(now),
                now == before ? "" : signed_number(now - before)});
  }
  return levels;
}

std::string mover_text(const std::vector<ExplainedMove>& movers, std::size_t all,
                       const std::vector<std::string>& account_ids, const Terminal& terminal) {
  if (all == 0) return "Nobody would change level.\n";
  std::string text =
      terminal.bold(counted(static_cast<std::int64_t>(all), "account would change level",
                            "accounts would change level")) +
      "\n";
  Table table({{"Account"},
               {"from"},
               {""},
               {"to"},
               {"points", Table::Align::right},
               {"then", Table::Align::right},
               {"why"}});
  for (const auto& [move, why] : movers) {
    table.add({visible(account_ids[move.account]), terminal.level(move.before.level), "→",
               terminal.level(move.after.level), readable_points(move.before.points),
               readable_points(move.after.points), why_words(move, why)});
  }
  text += table.text(terminal);
  if (all > movers.size()) {
    text += fmt::format("  … and {} more: --limit {}\n", all - movers.size(), all);
  }
  return text;
}

}  // namespace tidemark
