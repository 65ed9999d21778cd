#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/day.h"
#include "model/level.h"

namespace tidemark {

/// What somebody wrote about an account.
struct Note {
  std::int64_t number = 0;
  std::string account;
  std::string text;
  std::string author;
  Instant created;
};

/// What somebody knows better than the score: the account is to be treated as of this level, until
/// a day at the latest. The published level stays as it is and is shown beside.
struct LevelOverride {
  std::string account;
  Level level = Level::low;
  std::string reason;
  Day until;  // the last day it holds
  std::string author;
  Instant created;
};

}  // namespace tidemark
