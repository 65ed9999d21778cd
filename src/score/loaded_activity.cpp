#include "score/loaded_activity.h"

#include <algorithm>
#include <numeric>

namespace tidemark {

std::vector<AccountNumber> numbers_by_id(const std::vector<std::string>& account_ids) {
  std::vector<AccountNumber> numbers(account_ids.size());
  std::iota(numbers.begin(), numbers.end(), AccountNumber{0});
  std::ranges::sort(
      numbers, {}, [&](AccountNumber number) -> const std::string& { return account_ids[number]; });
  return numbers;
}

ScoredActivity LoadedActivity::scored_by(const Definition& definition, const Cores& cores) const {
  return {history, compile_points(definition, history.kinds(), event_names), cores};
}

Result<LoadedActivity> load_activity(Store& store, TimeZone zone, const Cores& cores) {
  LoadedActivity loaded;
  auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  loaded.account_ids = *std::move(account_ids);
  auto event_names = store.event_names();
  if (!event_names) return event_names.error();
  loaded.event_names = *std::move(event_names);

  constexpr std::size_t kBlock = std::size_t{1} << 20;
  struct Reader {
    DayReader days;
    OccurrenceBlocks blocks;
  };
  std::vector<Reader> readers(cores.threads(), Reader{DayReader(zone), {}});
  const auto read =
      store.read_events(cores.threads(), [&](const EventColumns& events, unsigned thread) {
        Reader& reader = readers[thread];
        if (reader.blocks.empty() || reader.blocks.back().size() + events.at.size() > kBlock) {
          reader.blocks.emplace_back().reserve(std::max(kBlock, events.at.size()));
        }
        auto& block = reader.blocks.back();
        for (std::size_t row = 0; row < events.at.size(); ++row) {
          block.push_back(Occurrence::of(events.account[row], reader.days.day_of(events.at[row]),
                                         events.name[row]));
        }
      });
  if (!read) return read.error();
  OccurrenceBlocks blocks;
  for (Reader& reader : readers) {
    std::ranges::move(reader.blocks, std::back_inserter(blocks));
  }
  loaded.history = History::of(blocks, loaded.account_ids.size(), cores);
  return loaded;
}

}  // namespace tidemark
