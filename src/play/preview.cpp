#include "play/preview.h"

#include <algorithm>

#include "score/news_of_day.h"

namespace tidemark {
namespace {

constexpr std::size_t kExplained = 10;
constexpr int kWeek = 7;

/// Firings are by day.
std::int64_t most_in_a_week(const std::vector<PlayFiring>& firings) {
  std::int64_t most = 0, within = 0;
  std::size_t first = 0;
  for (const PlayFiring& last : firings) {
    within += last.is_held_out ? 0 : 1;
    for (; firings[first].day <= last.day - kWeek; ++first) {
      within -= firings[first].is_held_out ? 0 : 1;
    }
    most = std::max(most, within);
  }
  return most;
}

}  // namespace

Result<PlayPreview> preview_play(Store& store, const Play& play, int days,
                                 std::set<std::string> left_out, TimeZone zone, const Cores& cores,
                                 const std::function<void(double)>& on_progress) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto last = rules->day_or_last({});
  if (!last) return last.error();
  PlayPreview preview;
  preview.days = {std::max(rules->days().front().day, (*last)->day - (days - 1)), (*last)->day};
  auto walk = PlayDays::over(store, preview.days, {&play, 1}, zone, cores);
  if (!walk) return walk.error();
  walk->leave_out(std::move(left_out));
  std::vector<std::string> property_names;
  std::vector<PlayCandidate> accounts;  // of the firings
  for (Day day = preview.days.first; day <= preview.days.last; ++day) {
    const auto of_day = walk->at(day);
    if (!of_day) return of_day.error();
    property_names = of_day->property_names;
    for (PlayFiring& firing : choose(play, *of_day, preview.firings)) {
      accounts.push_back(
          *std::ranges::lower_bound(of_day->accounts, firing.account, {}, &PlayCandidate::account));
      preview.held_out += firing.is_held_out ? 1 : 0;
      preview.firings.push_back(std::move(firing));
    }
    on_progress(static_cast<double>(day - preview.days.first + 1) / preview.days.length());
  }
  preview.most_in_a_week = most_in_a_week(preview.firings);
  std::size_t explained = 0;
  for (std::size_t at = preview.firings.size(); at-- > 0 && explained < kExplained;) {
    PlayFiring& firing = preview.firings[at];
    const auto rules_of_day = rules->on(firing.day);
    if (firing.is_held_out || !rules_of_day) continue;
    firing.reason =
        reason_on(store, firing.account, accounts[at].number, firing.day, rules_of_day->definition);
    firing.message = message_for(play, property_names, accounts[at], firing.reason);
    ++explained;
  }
  return preview;
}

}  // namespace tidemark
