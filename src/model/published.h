#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/day.h"
#include "model/activity.h"
#include "model/level.h"
#include "model/points.h"

namespace tidemark {

/// Where an account's published level stands: the level, and a move that waits to be confirmed.
struct Standing {
  Level level = Level::inactive;
  Level target = Level::inactive;  // of no meaning while `waited` is 0
  std::uint8_t waited = 0;         // days the target has stood

  friend constexpr bool operator==(Standing, Standing) = default;
};

/// What was published of an account from `day` on, until its next record. The display follows from
/// the points and the reference of the calibration in force, both frozen.
struct LevelRecord {
  AccountNumber account = 0;
  Day day;  // Day{} = nothing published yet
  Points points;
  Level level = Level::inactive;  // of the day, by the plain cuts
  Standing standing;

  bool says_the_same_as(const LevelRecord& other) const {
    return points == other.points && level == other.level && standing == other.standing;
  }
};

/// An account moved from one published level to another.
struct Change {
  Day day;
  AccountNumber account = 0;
  Level from = Level::inactive;
  Level to = Level::inactive;
  Points points_before;  // of the day before
  Points points_after;
  bool is_merge =
      false;  // of an account that was merged, took another in, or was parted, just then
};

/// A merge that stands behind what was published.
struct PublishedMerge {
  AccountNumber account = 0;
  AccountNumber into = 0;
  std::optional<Day> first_day;   // published with it; none = from the first published day on
  std::optional<Day> parted_day;  // the first published without it again
};

/// Events that came after their day was published: what was published of an account on the last
/// published day, and what its points of that day are now. What was published stays.
struct Correction {
  Day day;
  AccountNumber account = 0;
  Points published;
  Points now;

  friend bool operator==(const Correction&, const Correction&) = default;
};

using LevelCounts = std::array<std::int64_t, kLevelCount>;

/// A published day: under which definition and calibration, and how many accounts stood where.
struct PublishedDay {
  Day day;
  std::string definition;          // its hash
  std::optional<Day> calibration;  // the day it was made
  LevelCounts accounts{};

  friend bool operator==(const PublishedDay&, const PublishedDay&) = default;
};

}  // namespace tidemark
