#include "score/provisional.h"

#include <algorithm>

#include <fmt/format.h>

#include "score/loaded_activity.h"
#include "score/published_rules.h"
#include "score/score_listing.h"

namespace tidemark {

Result<ProvisionalScore> provisional_score(Store& store, const std::string& account_id,
                                           const Definition& definition, Day day) {
  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto found = std::ranges::find(*account_ids, account_id);
  if (found == account_ids->end()) {
    return Error{ErrorKind::not_found, fmt::format("unknown account: {}", account_id)};
  }
  const auto identity = store.identity();
  if (!identity) return identity.error();
  const AccountNumber account =
      identity->root_of(static_cast<AccountNumber>(found - account_ids->begin()));
  ProvisionalScore score{(*account_ids)[account], day, {}, {}};
  const auto loaded = load_activity_of(store, account, score.account_id, definition);
  if (!loaded) return loaded.error();
  const Cores one_core(1);
  const ScoredActivity scored = loaded->scored(one_core);
  const auto first_day = scored.first_day(0);
  if (!first_day || *first_day > day) {
    return Error{ErrorKind::not_found,
                 fmt::format("{} has no activity up to {}", score.account_id, day_text(day))};
  }
  for_each_score(scored, {day, day}, {0}, one_core,
                 [&](const ScoreOfDay& of_day) { score.window = of_day.window; });
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  if (!rules->days().empty()) {
    score.display = rules->of(rules->days().back()).display(score.window.points());
  }
  return score;
}

}  // namespace tidemark
