#pragma once

#include <vector>

#include <rapidcheck.h>

#include "activity/history.h"
#include "activity/signals.h"
#include "model/definition.h"

namespace tidemark {

inline const std::vector<std::string> kEventNames = {"report", "share", "invite", "login",
                                                     "bounce"};
inline const Signals kSignals{kEventNames, {}};
inline constexpr Day kLogBegin{20'000};
inline constexpr std::size_t kLogAccounts = 6;

/// Occurrences of a few accounts over 120 days, with gaps, bursts and all-quiet stretches.
inline rc::Gen<std::vector<Occurrence>> random_occurrences() {
  const auto one = rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, int{kLogAccounts}), rc::gen::inRange(0, 120),
                     rc::gen::inRange(0, int(kEventNames.size())), rc::gen::inRange(1, 5)),
      [](const std::tuple<int, int, int, int>& drawn) { return drawn; });
  return rc::gen::map(rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(one),
                      [](const std::vector<std::tuple<int, int, int, int>>& all) {
                        std::vector<Occurrence> occurrences;
                        for (const auto& [account, day, signal, count] : all) {
                          occurrences.insert(occurrences.end(), std::size_t(count),
                                             Occurrence::of(AccountNumber(account), kLogBegin + day,
                                                            SignalNumber(signal)));
                        }
                        return occurrences;
                      });
}

inline rc::Gen<Definition> random_definition() {
  return rc::gen::exec([] {
    Definition definition;
    definition.engaged_day_points = Points{*rc::gen::element<std::int64_t>(0, 1000, 333)};
    definition.window_days = *rc::gen::element(14, 30, 61, 120);
    if (*rc::gen::arbitrary<bool>()) definition.not_activity = {"bounce"};
    for (const std::string& event : kEventNames) {
      if (*rc::gen::inRange(0, 3) == 0) continue;
      definition.actions.push_back(
          {event, Rule::of_event(event),
           Points{*rc::gen::element<std::int64_t>(0, 1, 500, 5000, 1'000'000)},
           *rc::gen::element(Repeat::diminishing, Repeat::every, Repeat::once),
           *rc::gen::element<std::int64_t>(0, 1, 3)});
    }
    return definition;
  });
}

}  // namespace tidemark
