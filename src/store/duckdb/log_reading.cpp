#include "store/duckdb/log_reading.h"

#include <fmt/format.h>

namespace tidemark::duck {
namespace {

constexpr std::size_t kEventsOfPart = 250'000;

std::optional<Instant> instant_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  if (chunk.is_null(column, row)) return std::nullopt;
  return Instant{std::chrono::microseconds{chunk.column<std::int64_t>(column)[row]}};
}

std::string_view text_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? std::string_view() : chunk.text(column, row);
}

Result<void> read_events_of(Connection& connection, std::uint32_t import,
                            const std::function<bool(LogPart)>& sink) {
  bool goes_on = true;
  auto rows = connection.stream(
      fmt::format("SELECT account, happened_at, name, user_id, properties, received_at, message, "
                  "anonymous_id, source FROM event WHERE import = {}",
                  import));
  if (!rows) return rows.error();
  LogPart part{import, {}, {}};
  const auto hand_over = [&] {
    if (goes_on && part.intake.events.size() > 0) goes_on = sink(std::move(part));
    part = LogPart{import, {}, {}};
  };
  const auto read = rows->for_each_chunk([&](const Chunk& chunk) {
    for (std::size_t row = 0; row < chunk.size(); ++row) {
      part.intake.events.add(
          {.account = chunk.is_null(0, row) ? kNoAccount : chunk.column<AccountNumber>(0)[row],
           .at = *instant_at(chunk, 1, row),
           .name = chunk.column<SignalNumber>(2)[row],
           .user = text_at(chunk, 3, row),
           .anonymous = text_at(chunk, 7, row),
           .properties = text_at(chunk, 4, row),
           .received_at = instant_at(chunk, 5, row),
           .message = chunk.is_null(6, row) ? Wide{0}
                                            : from_hugeint(chunk.column<duckdb_hugeint>(6)[row])});
      if (import == 0) {
        part.source.push_back(chunk.is_null(8, row) ? std::uint16_t{0}
                                                    : chunk.column<std::uint16_t>(8)[row]);
      }
    }
    if (part.intake.events.size() >= kEventsOfPart) hand_over();
  });
  if (!read) return read.error();
  hand_over();
  return {};
}

Result<LogPart> read_what_is_said(Connection& connection, std::uint32_t import) {
  LogPart part{import, {}, {}};
  for (auto* statements : {&part.intake.of_accounts, &part.intake.of_users}) {
    const bool is_of_account = statements->subject == Subject::account;
    auto rows = connection.query(
        fmt::format("SELECT {0}, property, value, since, line FROM {1} WHERE import = {2} ORDER BY "
                    "line, {0}, property",
                    is_of_account ? "account" : "user_id",
                    is_of_account ? "account_property" : "user_property", import));
    if (!rows) return rows.error();
    const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
      if (is_of_account) {
        statements->account.push_back(chunk.column<AccountNumber>(0)[row]);
      } else {
        statements->user.push_back(chunk.text(0, row));
      }
      statements->property.push_back(chunk.text(1, row));
      statements->value.push_back(chunk.text(2, row));
      statements->since.push_back(instant_at(chunk, 3, row));
      statements->line.push_back(chunk.column<std::uint64_t>(4)[row]);
    });
    if (!read) return read.error();
  }
  auto rows = connection.query(
      fmt::format("SELECT id, user_id, since FROM alias WHERE import = {}", import));
  if (!rows) return rows.error();
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    part.intake.aliases.push_back({std::string(chunk.text(0, row)), std::string(chunk.text(1, row)),
                                   *instant_at(chunk, 2, row)});
  });
  if (!read) return read.error();
  return part;
}

}  // namespace

Result<void> read_log(Connection& connection, std::uint32_t import,
                      const std::function<bool(LogPart)>& sink) {
  auto said = read_what_is_said(connection, import);
  if (!said) return said.error();
  return sink(*std::move(said)) ? read_events_of(connection, import, sink) : Result<void>();
}

}  // namespace tidemark::duck
