#include "score/source_traffic.h"

#include <algorithm>
#include <map>

#include "base/time_zone.h"

namespace tidemark {
namespace {

/// Counts events, and each account once, by source and day.
class TrafficCounter {
 public:
  TrafficCounter(TimeZone zone, DayRange days) : reader_(zone), days_(days) {}

  void take(const ArrivedColumns& events) {
    for (std::size_t row = 0; row < events.at.size(); ++row) {
      const Day day = reader_.day_of(events.at[row]);
      if (events.account[row] == kNoAccount) continue;
      Counts& counts = by_source_[events.source[row]];
      if (counts.events.empty()) counts.events.resize(static_cast<std::size_t>(days_.length()));
      const auto place = static_cast<std::size_t>(day - days_.first);
      ++counts.events[place];
      counts.seen.push_back(std::uint64_t{place} << 32 | events.account[row]);
      if (counts.seen.size() > 2 * counts.distinct + kBatch) counts.compact();
    }
  }

  std::vector<Traffic> of(std::uint16_t source) {
    Counts& counts = by_source_[source];
    counts.compact();
    std::vector<Traffic> traffic(counts.events.size());
    for (std::size_t at = 0; at < traffic.size(); ++at) traffic[at].events = counts.events[at];
    for (const std::uint64_t seen : counts.seen) ++traffic[seen >> 32].accounts;
    return traffic;
  }

 private:
  static constexpr std::size_t kBatch = 1'000'000;

  struct Counts {
    std::vector<std::int64_t> events;  // by day
    std::vector<std::uint64_t> seen;   // day and account; of the first `distinct` each once
    std::size_t distinct = 0;

    void compact() {
      std::ranges::sort(seen);
      const auto rest = std::ranges::unique(seen);
      seen.erase(rest.begin(), rest.end());
      distinct = seen.size();
    }
  };

  DayReader reader_;
  DayRange days_;
  std::map<std::uint16_t, Counts> by_source_;
};

}  // namespace

Result<std::vector<SourceTraffic>> source_traffic(Store& store, const Definition& definition,
                                                  const std::vector<Source>& sources,
                                                  DayRange days) {
  if (sources.empty()) return std::vector<SourceTraffic>{};
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  const DayRange read{std::max(kFirstDay, days.first - kUsualDays), days.last};
  TrafficCounter counter(*zone, read);
  DayReader reader(*zone);
  const auto done = store.read_arrived(reader.begin_of(read.first), reader.begin_of(read.last + 1),
                                       [&](const ArrivedColumns& events) { counter.take(events); });
  if (!done) return done.error();
  std::vector<SourceTraffic> traffic;
  for (const Source& source : sources) {
    traffic.push_back({source.name, read.first, counter.of(source.number)});
  }
  return traffic;
}

}  // namespace tidemark
