#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// What somebody says of a day: that events of it are missing, or, lifting that, that none are.
struct GapMark {
  Day day;
  std::string why;  // as people will read it; not asked for when lifting
  bool lifts = false;
};

/// What a mark changed.
struct GapMarkOutcome {
  int published_anew = 0;  // days; 0: the day is not published yet
  std::int64_t moves = 0;  // on them now
  std::int64_t moves_before = 0;
};

/// Marks a day, or lifts its mark, and publishes the days since anew. Fails with `conflict` where
/// it is marked, or not, already, with `invalid_input` for a day that has not ended or is from
/// before the first published one. `on_progress` is told the day done and the last to do.
Result<GapMarkOutcome> mark_gap(Store& store, const Definition& definition, const GapMark& mark,
                                Day finished, const std::atomic<bool>& is_interrupted,
                                const std::function<void(Day, Day)>& on_progress);

}  // namespace tidemark
