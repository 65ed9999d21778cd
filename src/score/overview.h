#pragma once

#include "model/calibration.h"
#include "score/score_terms.h"

namespace tidemark {

/// A published day beside the one before, as the morning reader wants it.
struct Overview {
  PublishedDay today;
  std::optional<PublishedDay> day_before;
  std::vector<PublishedDay>
      weeks;              // the same weekday of the last weeks, oldest first, `today` last
  Definition definition;  // that `today` was published under
  std::optional<Calibration> calibration;
  std::optional<CalibrationEvidence> evidence;  // of it, where it was worked out
  std::vector<IncompleteDay> held;  // of the 30 days up to `today`: days on which nobody moved
  std::optional<Day>
      last_active_day;  // the last published day up to `today` with an active account

  std::optional<Day> last_event_day;  // up to `today`; of any event, activity or not

  /// After how many days without any event it is to be said that none arrive.
  static constexpr int kQuietDays = 3;
  bool is_starved() const { return last_event_day && today.day - *last_event_day >= kQuietDays; }

  struct Move {
    std::string account_id;
    Change change;
    std::optional<std::uint8_t> display_before;
    std::optional<std::uint8_t> display_after;
    std::vector<TermDifference> why;  // against a week before; of the first moves only
  };
  std::vector<Move>
      moves;  // falls first, the largest loss on top; then rises, the largest gain on top

  std::int64_t active_accounts() const { return active_accounts_of(today); }
  static std::int64_t active_accounts_of(const PublishedDay& day);
  std::int64_t count_moves(bool (*is_of_kind)(const Change&)) const;
};

/// From none or the ladder downwards, to inactive included.
bool is_fall(const Change& change);
bool is_rise(const Change& change);
bool went_silent(const Change& change);
bool came_back(const Change& change);

/// Fails with `not_found` when nothing is published, or not that day. Without a day it is the last
/// one published. The first `explained` moves are explained by the events as they are now.
Result<Overview> overview_of(Store& store, std::optional<Day> day, int weeks,
                             std::size_t explained);

}  // namespace tidemark
