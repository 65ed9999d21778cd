#pragma once

#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

#include "activity/history.h"
#include "base/random.h"
#include "model/calibration.h"
#include "model/definition.h"
#include "model/published.h"
#include "store/duckdb/database.h"

namespace tidemark::bench {

/// One of the standard data sets: A accounts, D days, E events of 20 names, seeded. Account index =
/// floor(A·u²), event name = floor(20·u^1.5), instants uniform: the worst case for compression, on
/// purpose.
struct StandardData {
  const char* name;
  std::uint32_t accounts;
  int days;
  std::uint64_t events;
};

inline constexpr StandardData kTiny{"tiny", 1'000, 400,
                                    500'000};  // so that CI runs every benchmark
inline constexpr StandardData kSmall{"S", 10'000, 400, 5'000'000};
inline constexpr StandardData kMedium{"M", 100'000, 400, 50'000'000};
inline constexpr int kNames = 20;
inline constexpr Day kFirst{20'000};

struct StandardEvent {
  AccountNumber account;
  SignalNumber name;
  std::int64_t micros;  // since 1970
};

/// Calls `sink` for each event of the set, in no order of time.
template <class Sink>
void for_each_event(const StandardData& data, const Sink& sink) {
  Random random(20'261'122);
  const double span = data.days * 86'400e6;
  for (std::uint64_t at = 0; at < data.events; ++at) {
    const double account = random.uniform();
    const double name = random.uniform();
    sink(StandardEvent{static_cast<AccountNumber>(data.accounts * account * account),
                       static_cast<SignalNumber>(kNames * name * std::sqrt(name)),
                       kFirst.number * std::int64_t{86'400'000'000} +
                           static_cast<std::int64_t>(random.uniform() * span)});
  }
}

/// All 20 names scored, diminishing, caps of 20, a point per engaged day.
inline Definition standard_definition(double factor) {
  Definition definition;
  definition.engaged_day_points = Points{1000};
  for (int name = 0; name < kNames; ++name) {
    const std::string event = "event_" + std::to_string(name);
    definition.actions.push_back({event, Rule::of_event(event),
                                  Points{static_cast<std::int64_t>(1000 * factor) + 250 * name},
                                  Repeat::diminishing, 20});
  }
  return definition;
}

/// The definition's points by name, as an SQL expression over `column`.
inline std::string points_in_sql(const Definition& definition, std::string_view column) {
  std::string points = fmt::format("CASE {} ", column);
  for (std::size_t at = 0; at < definition.actions.size(); ++at) {
    points += fmt::format("WHEN {} THEN {} ", at, definition.actions[at].points.milli);
  }
  return points + "END";
}

/// What both benchmarks ask of SQL once `earned` has the points of each account and day: the window
/// of every account on every day from its first, and how many are beyond the cuts. Ramping is left
/// out, which only helps SQL.
inline std::string census_in_sql(DayRange days, const Cuts& cuts) {
  return fmt::format(
      "born AS (SELECT account, min(day) AS first FROM earned GROUP BY account), "
      "grid AS (SELECT account, unnest(range(first, {} + 1))::INTEGER AS day FROM born), "
      "score AS (SELECT day, sum(points) OVER (PARTITION BY account ORDER BY day ROWS 29 "
      "PRECEDING) AS points "
      "FROM grid LEFT JOIN earned USING (account, day)) "
      "SELECT day, count(*) FILTER (points <= {}), count(*) FILTER (points > {}) FROM score GROUP "
      "BY day ORDER BY day",
      days.last.number, cuts.low.milli, cuts.high.milli);
}

/// Ends the benchmark where SQL counted otherwise than the engine, on days when nobody is ramping
/// any more.
inline void must_agree(duck::Rows rows, const std::vector<LevelCounts>& counts) {
  constexpr std::size_t kRampingDays = 60;
  std::size_t at = 0;
  while (const duck::Chunk chunk = rows.next()) {
    for (std::size_t row = 0; row < chunk.size(); ++row, ++at) {
      if (at < kRampingDays) continue;
      const std::int64_t low = chunk.column<std::int64_t>(1)[row];
      const std::int64_t high = chunk.column<std::int64_t>(2)[row];
      if (low == counts[at][index_of(Level::low)] && high == counts[at][index_of(Level::high)])
        continue;
      fmt::print("  DIFFERS from SQL on day {}: low {} and {}, high {} and {}\n", at,
                 counts[at][index_of(Level::low)], low, counts[at][index_of(Level::high)], high);
      std::exit(1);
    }
  }
}

/// As signals: no rules beyond names.
inline std::vector<std::string> standard_names() {
  std::vector<std::string> names;
  for (int name = 0; name < kNames; ++name) names.push_back("event_" + std::to_string(name));
  return names;
}

/// The set called `name` on the command line.
inline const StandardData& data_named(std::string_view name) {
  return name == "M" ? kMedium : name == "S" ? kSmall : kTiny;
}

}  // namespace tidemark::bench
