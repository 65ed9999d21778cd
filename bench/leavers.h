#pragma once

#include "activity/history.h"
#include "bench/standard_data.h"

namespace tidemark::bench {

/// A standard data set in which one account in three leaves on some day: after it there is nothing.
inline History history_with_leavers(const StandardData& data, const Cores& cores) {
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  OccurrenceBlocks blocks;
  for_each_event(data, [&](const StandardEvent& event) {
    const Day day{static_cast<std::int32_t>(event.micros / 86'400'000'000)};
    const auto draw = static_cast<int>(event.account * std::uint32_t{2'654'435'761} >> 16);
    if (draw % 3 == 0 && day - kFirst > draw / 3 % data.days) return;
    if (blocks.empty() || blocks.back().size() == kBlock) blocks.emplace_back().reserve(kBlock);
    blocks.back().push_back(Occurrence::of(event.account, day, event.name));
  });
  return History::of(blocks, data.accounts, cores);
}

}  // namespace tidemark::bench
