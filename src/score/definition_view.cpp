#include "score/definition_view.h"

#include <algorithm>

#include "evidence/calibration.h"
#include "score/account_facts.h"
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

bool count_alike(const Definition& one, const Definition& other) {
  const auto rules = rules_beyond_names(one);
  return one.time_zone == other.time_zone && one.exclude == other.exclude &&
         rules == rules_beyond_names(other) &&
         (rules.empty() || one.not_activity == other.not_activity) &&
         asks_for_creation(one) == asks_for_creation(other) &&
         std::ranges::equal(one.traits, other.traits, {}, &Trait::property, &Trait::property);
}

Result<DefinitionView> view_definition(Store& store, const Definition& definition, Day day,
                                       CutsOf cuts, std::shared_ptr<const LoadedActivity> loaded,
                                       const Cores& cores) {
  if (!loaded || !count_alike(loaded->definition, definition)) {
    auto activity = load_activity(store, definition, cores);
    if (!activity) return activity.error();
    loaded = std::make_shared<const LoadedActivity>(*std::move(activity));
  }
  std::optional<Calibration> published;
  if (cuts == CutsOf::publication) {
    auto found = published_calibration(store, definition, day);
    if (!found) return found.error();
    published = *found;
  }
  return view_of(std::move(loaded), definition, day, published, cores);
}

DefinitionView view_of(std::shared_ptr<const LoadedActivity> loaded, const Definition& definition,
                       Day day, const std::optional<Calibration>& cuts, const Cores& cores) {
  CHECK(count_alike(loaded->definition, definition));
  auto scored = std::make_shared<const ScoredActivity>(loaded->history, loaded->signals, definition,
                                                       loaded->facts, cores);
  DefinitionView view{definition, day, std::move(loaded), std::move(scored), {}, {}};
  view.calibration = cuts ? *cuts : calibrate(day, take_samples(*view.scored, day, cores));
  view.levels = plain_levels(*view.scored, view.ladder(), day, cores);
  return view;
}

std::vector<ExplainedMove> explain_moves(const WhatMoves& moves, const DefinitionView& before,
                                         const DefinitionView& after, std::size_t most) {
  const auto terms = [](const DefinitionView& view, AccountNumber account) {
    return score_terms(view.definition, view.activity->signals, *view.scored, account, view.day);
  };
  std::vector<ExplainedMove> explained;
  for (const WhatMoves::Account& move : moves.moved) {
    if (explained.size() == most) break;
    explained.push_back(
        {move, term_differences(terms(before, move.account), terms(after, move.account))});
  }
  return explained;
}

}  // namespace tidemark
