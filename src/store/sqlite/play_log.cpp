#include "store/sqlite/play_log.h"

#include <fmt/format.h>

#include "store/sqlite/connection.h"

namespace tidemark {
namespace {

using sqlite::Statement;

constexpr const char* kColumns =
    "number, play, account, day, is_held_out, owner, level, moved_from, points, reason, message, "
    "done_by, done";

Day day_at(const Statement& row, int column) {
  return Day{static_cast<std::int32_t>(row.number(column))};
}

PlaySwitch switch_of(const Statement& row) { return {row.text(0), day_at(row, 1), day_at(row, 2)}; }

PlayFiring firing_of(const Statement& row) {
  PlayFiring firing;
  firing.number = row.number(0);
  firing.play = row.text(1);
  firing.account = row.text(2);
  firing.day = day_at(row, 3);
  firing.is_held_out = row.number(4) != 0;
  firing.owner = row.text(5);
  firing.level = static_cast<Level>(row.number(6));
  if (row.number(7) >= 0) firing.moved_from = static_cast<Level>(row.number(7));
  firing.points = Points{row.number(8)};
  firing.reason = row.text(9);
  firing.message = row.text(10);
  firing.done_by = row.text(11);
  firing.done = row.maybe_instant(12);
  return firing;
}

}  // namespace

Result<void> PlayLog::turn_on(const std::string& play, Day until) {
  const std::lock_guard lock(connection_.lock);
  Statement turning(connection_,
                    "INSERT OR IGNORE INTO play_switch (play, on_since, filled_until) "
                    "VALUES (?, ?, ?)");
  return turning.bind(play).bind((until + 1).number).bind(until.number).run();
}

Result<void> PlayLog::turn_off(const std::string& play) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM play_switch WHERE play = ?").bind(play).run();
}

Result<std::vector<PlaySwitch>> PlayLog::switches() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT play, on_since, filled_until FROM play_switch ORDER BY play");
  return sqlite::rows(reading, switch_of);
}

Result<void> PlayLog::keep(const std::string& play, Day until,
                           const std::vector<PlayFiring>& firings) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    for (const PlayFiring& firing : firings) {
      Statement keeping(connection_,
                        "INSERT OR IGNORE INTO play_firing (play, account, day, is_held_out, "
                        "owner, level, moved_from, points, reason, message) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
      keeping.bind(firing.play).bind(firing.account).bind(firing.day.number);
      keeping.bind(firing.is_held_out ? 1 : 0).bind(firing.owner);
      keeping.bind(static_cast<int>(firing.level));
      keeping.bind(firing.moved_from ? static_cast<int>(*firing.moved_from) : -1);
      keeping.bind(firing.points.milli).bind(firing.reason).bind(firing.message);
      if (auto kept = keeping.run(); !kept) return kept;
    }
    Statement filling(connection_, "UPDATE play_switch SET filled_until = ? WHERE play = ?");
    return filling.bind(until.number).bind(play).run();
  });
}

Result<void> PlayLog::take_back_after(Day last) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement removing(connection_, "DELETE FROM play_firing WHERE day > ? AND done IS NULL");
    if (auto gone = removing.bind(last.number).run(); !gone) return gone;
    Statement filling(connection_,
                      "UPDATE play_switch SET filled_until = ? WHERE filled_until > ?");
    return filling.bind(last.number).bind(last.number).run();
  });
}

Result<std::vector<PlayFiring>> PlayLog::firings(const Query& query) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM play_firing WHERE (? = '' OR play = ?) AND (? = '' OR account = "
                  "?) AND day >= ? AND (? = 0 OR (is_held_out = 0 AND done IS NULL)) ORDER BY day "
                  "DESC, number LIMIT ?",
                  kColumns)
          .c_str());
  reading.bind(query.play).bind(query.play).bind(query.account).bind(query.account);
  reading.bind(query.since ? query.since->number : -1'000'000).bind(query.only_open ? 1 : 0);
  return sqlite::rows(reading.bind(query.most), firing_of);
}

Result<PlayLog::Counts> PlayLog::counts(const std::string& play) {
  const std::lock_guard lock(connection_.lock);
  Statement counting(
      connection_,
      "SELECT count(*) FILTER (WHERE is_held_out = 0), count(*) FILTER (WHERE is_held_out = 1), "
      "count(*) FILTER (WHERE is_held_out = 0 AND done IS NULL) FROM play_firing "
      "WHERE play = ?");
  const auto has_row = counting.bind(play).step();
  if (!has_row) return has_row.error();
  return Counts{counting.number(0), counting.number(1), counting.number(2)};
}

Result<void> PlayLog::mark_done(std::int64_t number, const std::string& by,
                                std::optional<Instant> at) {
  const std::lock_guard lock(connection_.lock);
  Statement marking(connection_,
                    "UPDATE play_firing SET done_by = ?, done = ? WHERE number = ? AND "
                    "is_held_out = 0");
  if (auto marked = marking.bind(at ? by : "").bind(at).bind(number).run(); !marked) return marked;
  if (sqlite3_changes(connection_.raw()) > 0) return {};
  return Error{ErrorKind::not_found, fmt::format("there is nothing to do of number {}", number)};
}

}  // namespace tidemark
