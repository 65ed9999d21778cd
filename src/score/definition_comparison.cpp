#include "score/definition_comparison.h"

#include <algorithm>

#include "evidence/calibration.h"
#include "score/published_rules.h"
#include "wire/definition_json.h"

namespace tidemark {
namespace {

/// The calibration that `definition` was published with on the day, if it was.
Result<std::optional<Calibration>> published_calibration(Store& store, const Definition& definition,
                                                         Day day) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const PublishedDay* published = rules->find(day);
  if (published == nullptr || published->definition != definition_hash(definition)) {
    return std::optional<Calibration>();
  }
  const Calibration* calibration = rules->of(*published).calibration;
  return calibration != nullptr ? std::optional(*calibration) : std::nullopt;
}

}  // namespace

Result<DefinitionComparison> compare_definitions(Store& store, const Definition& before,
                                                 const Definition& after, Day day,
                                                 std::size_t most_explained, const Cores& cores) {
  const auto old_activity = load_activity(store, before, cores);
  if (!old_activity) return old_activity.error();
  const auto new_activity = load_activity(store, after, cores);
  if (!new_activity) return new_activity.error();
  const ScoredActivity old_scored = old_activity->scored(cores);
  const ScoredActivity new_scored = new_activity->scored(cores);

  DefinitionComparison comparison;
  comparison.day = day;
  const auto published = published_calibration(store, before, day);
  if (!published) return published.error();
  comparison.before =
      *published ? **published : calibrate(day, take_samples(old_scored, day, cores));
  comparison.after = calibrate(day, take_samples(new_scored, day, cores));
  comparison.moves =
      what_moves(plain_levels(old_scored, LevelLadder(before, comparison.before.cuts), day, cores),
                 plain_levels(new_scored, LevelLadder(after, comparison.after.cuts), day, cores));
  for (const WhatMoves::Account& move : comparison.moves.moved) {
    if (comparison.movers.size() == most_explained) break;
    comparison.movers.push_back(
        {move, term_differences(score_terms(*old_activity, old_scored, move.account, day),
                                score_terms(*new_activity, new_scored, move.account, day))});
  }
  comparison.account_ids = new_activity->account_ids;
  return comparison;
}

}  // namespace tidemark
