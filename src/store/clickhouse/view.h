#pragma once

#include <limits>
#include <optional>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/day.h"
#include "store/clickhouse/journal.h"

namespace tidemark::click {

/// The tables as they are at a moment.
struct View {
  const Server& server;
  Moment moment;

  /// The answer's rows, made into items.
  template <class Item, class ReadRow>
  Result<std::vector<Item>> items(const std::string& sql, const std::vector<Field>& fields,
                                  const ReadRow& read_row) const {
    std::vector<Item> items;
    auto read = server.query(sql, fields, [&](const Row& row) { items.push_back(read_row(row)); });
    if (!read) return read.error();
    return items;
  }

  /// The only number of an answer; 0 for none.
  Result<std::uint64_t> number(const std::string& sql) const {
    std::uint64_t number = 0;
    auto read = server.query(sql, {Field::u64},
                             [&](const Row& row) { number = row.number<std::uint64_t>(0); });
    if (!read) return read.error();
    return number;
  }
};

// What there is not, in a column that has no null.
inline constexpr std::int64_t kNoInstant = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int32_t kNoDay = std::numeric_limits<std::int32_t>::min();
inline constexpr std::uint16_t kNoSource = std::numeric_limits<std::uint16_t>::max();

inline std::int64_t micros_of(Instant at) { return at.time_since_epoch().count(); }
inline std::int64_t micros_of(std::optional<Instant> at) {
  return at ? micros_of(*at) : kNoInstant;
}
inline Instant instant_of(std::int64_t micros) {
  return Instant{std::chrono::microseconds{micros}};
}
inline std::optional<Instant> maybe_instant(std::int64_t micros) {
  return micros == kNoInstant ? std::nullopt : std::optional(instant_of(micros));
}
inline std::int32_t number_of(std::optional<Day> day) { return day ? day->number : kNoDay; }
inline std::optional<Day> maybe_day(std::int32_t number) {
  return number == kNoDay ? std::nullopt : std::optional(Day{number});
}

}  // namespace tidemark::click
