#include "store/duckdb/refusal_table.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

constexpr std::uint64_t kMostRefusals = 100'000;

}  // namespace

Result<void> append_refusals(Connection& connection, const std::vector<Refusal>& refusals) {
  if (refusals.empty()) return {};
  auto rows = connection.query("SELECT coalesce(max(number), 0)::UBIGINT FROM refusal");
  if (!rows) return rows.error();
  std::uint64_t number = rows->next().column<std::uint64_t>(0)[0];
  auto appender = Appender::open(connection, "refusal");
  if (!appender) return appender.error();
  for (const Refusal& refusal : refusals) {
    const auto [chunk, row] = appender->next_row();
    chunk.column<std::uint64_t>(0)[row] = ++number;
    chunk.column<std::uint16_t>(1)[row] = refusal.source;
    chunk.set_text(2, row, refusal.dialect);
    chunk.column<std::int64_t>(3)[row] = refusal.received_at.time_since_epoch().count();
    chunk.column<std::uint8_t>(4)[row] = static_cast<std::uint8_t>(refusal.reason);
    chunk.set_text(5, row, refusal.field);
    chunk.set_text(6, row, refusal.value);
    chunk.set_text(7, row, refusal.message);
  }
  if (auto done = appender->close(); !done) return done;
  if (number % kMostRefusals >= refusals.size()) return {};
  return connection.run(fmt::format("DELETE FROM refusal WHERE number <= {}",
                                    number - std::min(number, kMostRefusals)));
}

Result<std::vector<Refusal>> refusals(Connection& connection, int limit) {
  auto rows = connection.query(
      "SELECT number, source, dialect, received_at, reason, field, value, message FROM refusal "
      "ORDER BY number DESC LIMIT $1",
      {std::int64_t{limit}});
  if (!rows) return rows.error();
  std::vector<Refusal> refusals;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    refusals.push_back({chunk.column<std::uint64_t>(0)[row], chunk.column<std::uint16_t>(1)[row],
                        std::string(chunk.text(2, row)),
                        Instant{std::chrono::microseconds{chunk.column<std::int64_t>(3)[row]}},
                        static_cast<RejectReason>(chunk.column<std::uint8_t>(4)[row]),
                        std::string(chunk.text(5, row)), std::string(chunk.text(6, row)),
                        std::string(chunk.text(7, row))});
  });
  if (!read) return read.error();
  return refusals;
}

Result<void> forget_refusals(Connection& connection, const std::vector<std::uint64_t>& numbers) {
  if (numbers.empty()) return {};
  return connection.run(
      fmt::format("DELETE FROM refusal WHERE number IN ({})", fmt::join(numbers, ", ")));
}

}  // namespace tidemark::duck
