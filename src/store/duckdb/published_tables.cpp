#include "store/duckdb/published_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "store/duckdb/ordered_copy.h"

namespace tidemark::duck {
namespace {

constexpr const char* kRecordColumns =
    "SELECT day, account, milli_points, level, published, target, waited FROM ";
constexpr const char* kChangeColumns =
    "SELECT day, account, from_level, to_level, milli_points_before, milli_points_after, "
    "is_merge FROM ";

template <class Item, class ReadRow>
Result<std::vector<Item>> read_all(Result<Rows> rows, const ReadRow& read_row) {
  if (!rows) return rows.error();
  std::vector<Item> items;
  const auto read = rows->for_each_row(
      [&](const Chunk& chunk, std::size_t row) { items.push_back(read_row(chunk, row)); });
  if (!read) return read.error();
  return items;
}

template <class Item, class FillRow>
Result<void> append_all(Connection& connection, const char* table, const std::vector<Item>& items,
                        const FillRow& fill_row) {
  if (items.empty()) return {};
  auto appender = Appender::open(connection, table);
  if (!appender) return appender.error();
  for (const Item& item : items) {
    const auto [chunk, row] = appender->next_row();
    fill_row(chunk, row, item);
  }
  return appender->close();
}

Day day_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  return Day{chunk.column<std::int32_t>(column)[row]};
}

Level level_at(const Chunk& chunk, std::size_t column, std::size_t row) {
  const auto level = chunk.column<std::uint8_t>(column)[row];
  CHECK(level < kLevelCount);
  return static_cast<Level>(level);
}

LevelRecord record_at(const Chunk& chunk, std::size_t row) {
  return {chunk.column<std::uint32_t>(1)[row],
          day_at(chunk, 0, row),
          Points{chunk.column<std::int64_t>(2)[row]},
          level_at(chunk, 3, row),
          {level_at(chunk, 4, row), level_at(chunk, 5, row), chunk.column<std::uint8_t>(6)[row]}};
}

Change change_at(const Chunk& chunk, std::size_t row) {
  return {day_at(chunk, 0, row),
          chunk.column<std::uint32_t>(1)[row],
          level_at(chunk, 2, row),
          level_at(chunk, 3, row),
          Points{chunk.column<std::int64_t>(4)[row]},
          Points{chunk.column<std::int64_t>(5)[row]},
          chunk.column<bool>(6)[row]};
}

/// What a table has of an account, by day; up to the day `copied` as its copy has it.
template <class Item, class ReadRow>
Result<std::vector<Item>> rows_of(Connection& connection, AccountNumber account,
                                  const char* columns, const char* table, const char* copy,
                                  std::optional<Day> copied, const ReadRow& read_row) {
  std::string sql = fmt::format("{}{} WHERE account = {}", columns, table, account);
  if (copied) {
    sql = fmt::format("{}{} WHERE account = {} UNION ALL {} AND day > DATE '1970-01-01' + {}",
                      columns, copy, account, sql, copied->number);
  }
  auto rows = read_all<Item>(connection.query(sql), read_row);
  if (rows) std::ranges::sort(*rows, {}, &Item::day);
  return rows;
}

Result<void> append_days(Connection& connection, const std::vector<PublishedDay>& days) {
  return append_all(connection, "published_day", days,
                    [](Chunk& chunk, std::size_t row, const PublishedDay& day) {
                      chunk.column<std::int32_t>(0)[row] = day.day.number;
                      chunk.set_text(1, row, day.definition);
                      if (day.calibration) {
                        chunk.column<std::int32_t>(2)[row] = day.calibration->number;
                      } else {
                        chunk.set_null(2, row);
                      }
                      for (std::size_t level = 0; level < kLevelCount; ++level) {
                        chunk.column<std::int64_t>(3 + level)[row] = day.accounts[level];
                      }
                    });
}

Result<void> append_records(Connection& connection, const std::vector<LevelRecord>& records) {
  return append_all(
      connection, "level", records, [](Chunk& chunk, std::size_t row, const LevelRecord& record) {
        chunk.column<std::int32_t>(0)[row] = record.day.number;
        chunk.column<std::uint32_t>(1)[row] = record.account;
        chunk.column<std::int64_t>(2)[row] = record.points.milli;
        chunk.column<std::uint8_t>(3)[row] = static_cast<std::uint8_t>(record.level);
        chunk.column<std::uint8_t>(4)[row] = static_cast<std::uint8_t>(record.standing.level);
        chunk.column<std::uint8_t>(5)[row] = static_cast<std::uint8_t>(record.standing.target);
        chunk.column<std::uint8_t>(6)[row] = record.standing.waited;
      });
}

Result<void> append_changes(Connection& connection, const std::vector<Change>& changes) {
  return append_all(connection, "change", changes,
                    [](Chunk& chunk, std::size_t row, const Change& change) {
                      chunk.column<std::int32_t>(0)[row] = change.day.number;
                      chunk.column<std::uint32_t>(1)[row] = change.account;
                      chunk.column<std::uint8_t>(2)[row] = static_cast<std::uint8_t>(change.from);
                      chunk.column<std::uint8_t>(3)[row] = static_cast<std::uint8_t>(change.to);
                      chunk.column<std::int64_t>(4)[row] = change.points_before.milli;
                      chunk.column<std::int64_t>(5)[row] = change.points_after.milli;
                      chunk.column<bool>(6)[row] = change.is_merge;
                    });
}

Result<void> append_merges(Connection& connection, const std::vector<PublishedMerge>& merges) {
  return append_all(connection, "published_merge", merges,
                    [](Chunk& chunk, std::size_t row, const PublishedMerge& merge) {
                      chunk.column<std::uint32_t>(0)[row] = merge.account;
                      chunk.column<std::uint32_t>(1)[row] = merge.into;
                      const auto set_day = [&](std::size_t column, std::optional<Day> day) {
                        if (day) {
                          chunk.column<std::int32_t>(column)[row] = day->number;
                        } else {
                          chunk.set_null(column, row);
                        }
                      };
                      set_day(2, merge.first_day);
                      set_day(3, merge.parted_day);
                    });
}

Result<void> append_corrections(Connection& connection,
                                const std::vector<Correction>& corrections) {
  return append_all(connection, "correction", corrections,
                    [](Chunk& chunk, std::size_t row, const Correction& correction) {
                      chunk.column<std::int32_t>(0)[row] = correction.day.number;
                      chunk.column<std::uint32_t>(1)[row] = correction.account;
                      chunk.column<std::int64_t>(2)[row] = correction.published.milli;
                      chunk.column<std::int64_t>(3)[row] = correction.now.milli;
                    });
}

Result<void> save_definition(Connection& connection, const DefinitionVersion& version) {
  auto saved = connection.query(
      "INSERT INTO definition SELECT $1, $2 WHERE NOT EXISTS (FROM definition WHERE hash = $1)",
      {std::string_view(version.hash), std::string_view(version.canonical)});
  if (!saved) return saved.error();
  return {};
}

Result<void> save_calibration(Connection& connection, const Calibration& calibration) {
  CHECK(calibration.cuts.has_value());
  auto saved = connection.query(
      "INSERT INTO calibration SELECT DATE '1970-01-01' + $1::INTEGER, $2, $3, $4, $5, $6, $7, $8, "
      "$9, $10 "
      "WHERE NOT EXISTS (FROM calibration WHERE day = DATE '1970-01-01' + $1::INTEGER)",
      {std::int64_t{calibration.day.number}, calibration.churn_episodes, calibration.snapshots_left,
       calibration.snapshots_stayed, calibration.engaged_accounts,
       static_cast<std::int64_t>(calibration.basis),
       static_cast<std::int64_t>(calibration.high_guard), calibration.cuts->reference.milli,
       calibration.cuts->low.milli, calibration.cuts->high.milli});
  if (!saved) return saved.error();
  return {};
}

/// Days must follow on what is there: this is what makes a second publication of a day impossible.
Result<void> check_days_follow(Connection& connection, const std::vector<PublishedDay>& days) {
  CHECK(!days.empty());
  auto rows = connection.query("SELECT max(day) FROM published_day");
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  if (chunk.is_null(0, 0) || day_at(chunk, 0, 0) + 1 == days.front().day) return {};
  return Error{ErrorKind::conflict,
               fmt::format("{} cannot be published: the last published day is {}",
                           day_text(days.front().day), day_text(day_at(chunk, 0, 0)))};
}

/// Gives what was published another name, as days of it are forgotten.
Result<void> begin_publication(Connection& connection) {
  return connection.run("UPDATE publication SET log = uuid()::VARCHAR");
}

/// Forgets what was published from a day on. A calibration takes effect the day after it was made,
/// corrections were found by the run that published the day after theirs.
Result<void> forget_from(Connection& connection, Day day) {
  for (const auto& [from_day_on, back] :
       {std::pair("DELETE FROM published_day WHERE day", 0),
        {"DELETE FROM level WHERE day", 0},
        {"DELETE FROM change WHERE day", 0},
        {"DELETE FROM correction WHERE day", 1},
        {"DELETE FROM calibration WHERE day", 1},
        {"DELETE FROM calibration_evidence WHERE day", 1},
        {"DELETE FROM published_merge WHERE first_day", 0},
        {"UPDATE published_merge SET parted_day = NULL WHERE parted_day", 0}}) {
    auto done = connection.query(fmt::format("{} >= DATE '1970-01-01' + $1::INTEGER", from_day_on),
                                 {std::int64_t{(day - back).number}});
    if (!done) return done.error();
  }
  return begin_publication(connection);
}

}  // namespace

namespace {

Result<void> replace_merges(Connection& connection, const PublishStep& step) {
  if (!step.merges) return {};
  if (auto gone = connection.run("DELETE FROM published_merge"); !gone) return gone;
  return append_merges(connection, *step.merges);
}

}  // namespace

Result<void> publish(Connection& connection, const PublishStep& step) {
  if (step.anew_from) {
    if (auto done = forget_from(connection, *step.anew_from); !done) return done;
  }
  if (auto done = mark_days(connection, step.marks); !done) return done;
  if (step.days.empty()) return replace_merges(connection, step);
  if (auto done = check_days_follow(connection, step.days); !done) return done;
  if (auto done = save_definition(connection, step.definition); !done) return done;
  for (const Calibration& calibration : step.calibrations) {
    if (auto done = save_calibration(connection, calibration); !done) return done;
  }
  if (auto done = append_days(connection, step.days); !done) return done;
  if (auto done = append_records(connection, step.records); !done) return done;
  if (auto done = append_changes(connection, step.changes); !done) return done;
  if (auto done = append_corrections(connection, step.corrections); !done) return done;
  return replace_merges(connection, step);
}

Result<void> forget_published(Connection& connection) {
  for (const char* table : {"published_day", "level", "change", "correction", "calibration",
                            "calibration_evidence", "definition", "published_merge"}) {
    if (auto done = connection.run(fmt::format("DELETE FROM {}", table)); !done) return done;
  }
  return begin_publication(connection);
}

Result<void> mark_days(Connection& connection, const std::vector<IncompleteDay>& marks) {
  for (const IncompleteDay& mark : marks) {
    auto gone =
        connection.query("DELETE FROM incomplete_day WHERE day = DATE '1970-01-01' + $1::INTEGER",
                         {std::int64_t{mark.day.number}});
    if (!gone) return gone.error();
  }
  return append_all(connection, "incomplete_day", marks,
                    [](Chunk& chunk, std::size_t row, const IncompleteDay& mark) {
                      chunk.column<std::int32_t>(0)[row] = mark.day.number;
                      chunk.set_text(1, row, mark.why);
                      chunk.column<bool>(2)[row] = mark.is_by_hand;
                      chunk.column<bool>(3)[row] = mark.is_lifted;
                    });
}

Result<std::vector<IncompleteDay>> incomplete_days(Connection& connection) {
  return read_all<IncompleteDay>(
      connection.query("SELECT day, why, is_by_hand, is_lifted FROM incomplete_day ORDER BY day"),
      [](const Chunk& chunk, std::size_t row) {
        return IncompleteDay{day_at(chunk, 0, row), std::string(chunk.text(1, row)),
                             chunk.column<bool>(2)[row], chunk.column<bool>(3)[row]};
      });
}

Result<PublishedLog> published_log(Connection& connection) {
  auto rows = connection.query("SELECT log, (SELECT max(day) FROM published_day) FROM publication");
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  PublishedLog log{std::string(chunk.text(0, 0)), std::nullopt};
  if (!chunk.is_null(1, 0)) log.last = day_at(chunk, 1, 0);
  return log;
}

Result<std::vector<PublishedDay>> published_days(Connection& connection) {
  return read_all<PublishedDay>(
      connection.query("SELECT day, definition, calibration, inactive, \"none\", engaged, low, "
                       "medium, high FROM published_day ORDER BY day"),
      [](const Chunk& chunk, std::size_t row) {
        PublishedDay day{day_at(chunk, 0, row), std::string(chunk.text(1, row)), {}, {}};
        if (!chunk.is_null(2, row)) day.calibration = day_at(chunk, 2, row);
        for (std::size_t level = 0; level < kLevelCount; ++level) {
          day.accounts[level] = chunk.column<std::int64_t>(3 + level)[row];
        }
        return day;
      });
}

Result<std::vector<Calibration>> calibrations(Connection& connection) {
  return read_all<Calibration>(
      connection.query("SELECT day, churn_episodes, snapshots_left, snapshots_stayed, "
                       "engaged_accounts, basis, high_guard, reference, low_cut, high_cut "
                       "FROM calibration ORDER BY day"),
      [](const Chunk& chunk, std::size_t row) {
        const auto number = [&](std::size_t column) {
          return chunk.column<std::int64_t>(column)[row];
        };
        Calibration calibration;
        calibration.day = day_at(chunk, 0, row);
        calibration.churn_episodes = number(1);
        calibration.snapshots_left = number(2);
        calibration.snapshots_stayed = number(3);
        calibration.engaged_accounts = number(4);
        calibration.basis = static_cast<CutBasis>(chunk.column<std::uint8_t>(5)[row]);
        calibration.high_guard = static_cast<HighGuard>(chunk.column<std::uint8_t>(6)[row]);
        calibration.cuts = Cuts{Points{number(7)}, Points{number(8)}, Points{number(9)}};
        return calibration;
      });
}

Result<void> keep_evidence(Connection& connection, Day calibration, const std::string& evidence) {
  auto gone = connection.query(
      "DELETE FROM calibration_evidence WHERE day = DATE '1970-01-01' + $1::INTEGER",
      {std::int64_t{calibration.number}});
  if (!gone) return gone.error();
  auto kept = connection.query(
      "INSERT INTO calibration_evidence SELECT DATE '1970-01-01' + $1::INTEGER, $2",
      {std::int64_t{calibration.number}, std::string_view(evidence)});
  if (!kept) return kept.error();
  return {};
}

Result<std::optional<std::string>> evidence_of(Connection& connection, Day calibration) {
  auto rows = connection.query(
      "SELECT evidence FROM calibration_evidence WHERE day = DATE '1970-01-01' + $1::INTEGER",
      {std::int64_t{calibration.number}});
  if (!rows) return rows.error();
  const Chunk chunk = rows->next();
  if (!chunk || chunk.size() == 0) return std::optional<std::string>();
  return std::optional(std::string(chunk.text(0, 0)));
}

Result<Definitions> definitions(Connection& connection) {
  auto rows = connection.query("SELECT hash, canonical FROM definition");
  if (!rows) return rows.error();
  Definitions versions;
  const auto read = rows->for_each_row([&](const Chunk& chunk, std::size_t row) {
    const std::string hash(chunk.text(0, row));
    versions.emplace(hash, DefinitionVersion{hash, std::string(chunk.text(1, row))});
  });
  if (!read) return read.error();
  return versions;
}

Result<std::vector<LevelRecord>> records_as_of(Connection& connection, Day day,
                                               AccountRange accounts) {
  return read_all<LevelRecord>(
      connection.query(fmt::format("{} level WHERE day <= DATE '1970-01-01' + $1::INTEGER AND "
                                   "account >= {} AND account < {} "
                                   "QUALIFY row_number() OVER (PARTITION BY account ORDER BY day "
                                   "DESC) = 1 ORDER BY account",
                                   kRecordColumns, accounts.first, accounts.end),
                       {std::int64_t{day.number}}),
      record_at);
}

Result<std::vector<LevelRecord>> records_within(Connection& connection, DayRange days) {
  return read_all<LevelRecord>(
      connection.query(
          fmt::format("{} level WHERE day BETWEEN DATE '1970-01-01' + $1::INTEGER AND DATE "
                      "'1970-01-01' + $2::INTEGER ORDER BY day, account",
                      kRecordColumns),
          {std::int64_t{days.first.number}, std::int64_t{days.last.number}}),
      record_at);
}

Result<std::vector<LevelRecord>> records_of(Connection& connection, AccountNumber account,
                                            std::optional<Day> copied) {
  return rows_of<LevelRecord>(connection, account, kRecordColumns, "level", kOrderedRecords, copied,
                              record_at);
}

Result<std::vector<Change>> changes_within(Connection& connection, DayRange days) {
  return read_all<Change>(
      connection.query(
          fmt::format("{} change WHERE day BETWEEN DATE '1970-01-01' + $1::INTEGER AND DATE "
                      "'1970-01-01' + $2::INTEGER ORDER BY day, account",
                      kChangeColumns),
          {std::int64_t{days.first.number}, std::int64_t{days.last.number}}),
      change_at);
}

namespace {

Result<std::vector<Correction>> corrections_where(Connection& connection,
                                                  const std::string& condition) {
  return read_all<Correction>(
      connection.query(fmt::format("SELECT day, account, milli_points_published, milli_points_now "
                                   "FROM correction WHERE {} ORDER BY day, account",
                                   condition)),
      [](const Chunk& chunk, std::size_t row) {
        return Correction{day_at(chunk, 0, row), chunk.column<std::uint32_t>(1)[row],
                          Points{chunk.column<std::int64_t>(2)[row]},
                          Points{chunk.column<std::int64_t>(3)[row]}};
      });
}

}  // namespace

Result<std::vector<Correction>> corrections_within(Connection& connection, DayRange days) {
  return corrections_where(
      connection, fmt::format("day BETWEEN DATE '1970-01-01' + {} AND DATE '1970-01-01' + {}",
                              days.first.number, days.last.number));
}

Result<std::vector<Correction>> corrections_of(Connection& connection, AccountNumber account) {
  return corrections_where(connection, fmt::format("account = {}", account));
}

Result<std::vector<PublishedMerge>> published_merges(Connection& connection) {
  return read_all<PublishedMerge>(
      connection.query("SELECT account, into_account, first_day, parted_day FROM published_merge "
                       "ORDER BY account, first_day NULLS FIRST"),
      [](const Chunk& chunk, std::size_t row) {
        const auto day = [&](std::size_t column) {
          return chunk.is_null(column, row) ? std::nullopt
                                            : std::optional(day_at(chunk, column, row));
        };
        return PublishedMerge{chunk.column<AccountNumber>(0)[row],
                              chunk.column<AccountNumber>(1)[row], day(2), day(3)};
      });
}

Result<std::vector<Change>> changes_of(Connection& connection, AccountNumber account,
                                       std::optional<Day> copied) {
  return rows_of<Change>(connection, account, kChangeColumns, "change", kOrderedChanges, copied,
                         change_at);
}

}  // namespace tidemark::duck
