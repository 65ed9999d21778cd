#pragma once

#include <vector>

#include "model/published.h"
#include "scoring/level_ladder.h"

namespace tidemark {

/// How the first day of a publication follows from the day before it.
enum class Beginning : std::uint8_t {
  // From each account's published standing. Who stands on `engaged` while there is a ladder starts
  // on it, without a change.
  continued,
  // From each account's plain level of the day before, whatever was published.
  plain_levels,
};

/// What is published for the days of a range, all accounts.
struct Publication {
  /// Only where it differs from the account's last; by day, then account.
  std::vector<LevelRecord> records;
  /// By day, then account.
  std::vector<Change> changes;
  /// How many accounts stand on each published level, one entry per day of the range.
  std::vector<LevelCounts> accounts_by_day;
};

/// The records of so many accounts before anything is published.
std::vector<LevelRecord> nothing_published(std::size_t accounts);

/// The accounts whose points of `day`, the last published one, are not what was published, by
/// account. The definition must be the one of that day: another one makes another score, not a
/// correction.
std::vector<Correction> find_corrections(const ScoredActivity& activity, Day day,
                                         const std::vector<LevelRecord>& latest,
                                         const Cores& cores);

/// Publishes `days` under one ladder. `latest` holds each account's last record by account number
/// and is moved on to the last of `days`.
Publication publish(const ScoredActivity& activity, const LevelLadder& ladder, DayRange days,
                    Beginning beginning, std::vector<LevelRecord>& latest, const Cores& cores);

/// Publishes a day of which events are missing: points and plain levels as they are, but nobody
/// moves, and what waits goes on waiting.
Publication publish_held(const ScoredActivity& activity, const LevelLadder& ladder, Day day,
                         std::vector<LevelRecord>& latest, const Cores& cores);

/// As `publish`, without the records, which are most of the work.
Publication publish_changes(const ScoredActivity& activity, const LevelLadder& ladder,
                            DayRange days, Beginning beginning, std::vector<LevelRecord>& latest,
                            const Cores& cores);

}  // namespace tidemark
