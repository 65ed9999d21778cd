#include "score/provisional.h"

#include <fmt/format.h>

#include "score/published_rules.h"
#include "score/score_listing.h"

namespace tidemark {

Result<ProvisionalScore> provisional_score(Store& store, LiveActivity& activity,
                                           const std::string& account_id, Day day) {
  const auto loaded = activity.of(account_id);
  if (!loaded) return loaded.error();
  ProvisionalScore score{loaded->account_ids.front(), day, {}, {}};
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
