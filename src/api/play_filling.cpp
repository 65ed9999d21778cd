#include "api/play_filling.h"

#include <algorithm>

#include "api/outbox_filling.h"
#include "deliver/deliveries_of.h"
#include "deliver/kinds.h"
#include "play/choosing.h"
#include "score/news_of_day.h"

namespace tidemark {
namespace {

// Of a day: nobody reads more reasons, and each costs a look at the account's events.
constexpr std::size_t kMostExplained = 200;

/// The firings of the days, with reasons and messages.
Result<std::vector<PlayFiring>> firings_of(Store& store, const Play& play, DayRange days,
                                           std::vector<PlayFiring> before,
                                           const std::set<std::string>& left_out, TimeZone zone) {
  auto walk = PlayDays::over(store, days, {&play, 1}, zone, Cores::all());
  if (!walk) return walk.error();
  walk->leave_out(left_out);
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  std::vector<PlayFiring> all;
  for (Day day = days.first; day <= days.last; ++day) {
    const auto of_day = walk->at(day);
    if (!of_day) return of_day.error();
    const auto rules_of_day = rules->on(day);
    std::size_t explained = 0;
    for (PlayFiring& firing : choose(play, *of_day, before)) {
      before.push_back(firing);
      if (!firing.is_held_out && rules_of_day) {
        const auto account =
            std::ranges::lower_bound(of_day->accounts, firing.account, {}, &PlayCandidate::account);
        if (explained++ < kMostExplained) {
          firing.reason =
              reason_on(store, firing.account, account->number, day, rules_of_day->definition);
        }
        firing.message = message_for(play, of_day->property_names, *account, firing.reason);
      }
      all.push_back(std::move(firing));
    }
  }
  return all;
}

}  // namespace

Result<std::vector<PlayFilling>> missing_firings(Store& store, Control& control,
                                                 const Playbook& playbook, TimeZone zone) {
  std::vector<PlayFilling> fillings;
  const auto switches = control.plays().switches();
  if (!switches) return switches.error();
  if (switches->empty()) return fillings;
  const auto published = store.published_days();
  if (!published) return published.error();
  if (published->empty()) return fillings;
  const Day last = published->back().day;
  const auto silenced = silenced_accounts(control.outbox());
  if (!silenced) return silenced.error();
  for (const PlaySwitch& one : *switches) {
    const Play* play = playbook.find(one.play);
    if (play == nullptr || one.filled_until >= last) continue;
    const DayRange missing{
        std::max({one.filled_until + 1, last - (kRecentDays - 1), published->front().day}), last};
    PlayLog::Query query;
    query.play = play->name;
    query.since = missing.first - std::max(play->again_after_days, kRecentDays);
    auto before = control.plays().firings(query);
    if (!before) return before.error();
    auto firings = firings_of(store, *play, missing, *std::move(before), *silenced, zone);
    if (!firings) return firings.error();
    fillings.push_back({*play, last, *std::move(firings)});
  }
  return fillings;
}

std::vector<Parcel> parcels_of(const PlayFilling& filling, const Destination& destination) {
  std::vector<Parcel> parcels;
  if (kind_of(destination.kind).takes_fields()) return parcels;
  for (const PlayFiring& firing : filling.firings) {
    if (!firing.is_held_out) {
      parcels.push_back(firing_to_deliver(destination, filling.play, firing));
    }
  }
  return parcels;
}

Result<void> fill(Control& control, const std::vector<PlayFilling>& fillings, TimeZone zone,
                  Instant now) {
  for (const PlayFilling& filling : fillings) {
    auto kept = control.as_one([&]() -> Result<void> {
      const Play& play = filling.play;
      auto noted = control.plays().keep(play.name, filling.until, filling.firings);
      if (!noted || play.destination.empty()) return noted;
      const auto destination = control.outbox().destination(play.destination);
      if (!destination && destination.error().kind == ErrorKind::not_found) {
        return {};  // it was removed; the list has it all the same
      }
      if (!destination) return destination.error();
      std::vector<Parcel> parcels = parcels_of(filling, *destination);
      const Instant due = next_within(play.hours, zone, now);
      for (Parcel& parcel : parcels) parcel.due = due;
      return control.outbox().put(destination->name, parcels);
    });
    if (!kept) return kept;
  }
  return {};
}

Instant next_within(const PlayHours& hours, TimeZone zone, Instant now) {
  DayReader days(zone);
  for (Day day = days.day_of(now);; ++day) {
    // 1 January 1970 was a Thursday.
    const int weekday = ((day.number + 3) % 7 + 7) % 7;
    if (hours.only_weekdays && weekday >= 5) continue;
    const Instant begin = days.begin_of(day);
    const Instant from = begin + std::chrono::minutes{hours.from_minute};
    if (now < from) return from;
    if (now < begin + std::chrono::minutes{hours.to_minute}) return now;
  }
}

}  // namespace tidemark
