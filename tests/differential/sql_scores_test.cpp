// The engine's points equal one SQL query that works them out from the events, on random logs and
// on the real ones.
#include <fstream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "collect/importer.h"
#include "score/loaded_activity.h"
#include "score/score_listing.h"
#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/random_activity.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

/// Points of every account on every day from its first active one, as one query. Floating point is
/// exact enough here: rounding to the nearest whole milli-point never meets a half, since 4·w²·n is
/// no odd square.
constexpr const char* kAllPoints = R"sql(
  WITH cell AS (
    SELECT account, day, signal, count(*) AS n FROM occurrence
    WHERE NOT EXISTS (FROM not_activity WHERE not_activity.signal = occurrence.signal) GROUP BY ALL),
  earned AS (
    SELECT account, day,
           sum(CASE repeat WHEN 0 THEN round(points * sqrt(least(n, cap)::DOUBLE)) WHEN 1 THEN points * least(n, cap)
                           ELSE points END)::BIGINT + any_value(engaged_day_points) AS points
    FROM cell JOIN action USING (signal) GROUP BY account, day),
  born AS (SELECT account, min(day) AS first_day FROM cell GROUP BY account),
  days AS (SELECT unnest(range($1::INTEGER, $2::INTEGER + 1))::INTEGER AS day)
  SELECT days.day::INTEGER, account::UINTEGER,
         coalesce((SELECT sum(points) FROM earned WHERE earned.account = born.account
                   AND earned.day BETWEEN days.day - $3::INTEGER + 1 AND days.day), 0)::BIGINT
  FROM days JOIN born ON first_day <= days.day ORDER BY 1, 2
)sql";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().message);
}

using Row = std::tuple<int, AccountNumber, std::int64_t>;

/// The oracle in SQL: its own tables, filled with what the engine was given.
std::vector<Row> points_by_sql(const std::vector<Occurrence>& occurrences,
                               const Definition& definition, const std::vector<std::string>& names,
                               DayRange days) {
  auto database = must(duck::Database::open({}));
  auto connection = must(database.connect());
  must(connection.run(
      "CREATE TABLE occurrence (account UINTEGER, day INTEGER, signal USMALLINT);"
      "CREATE TABLE not_activity (signal USMALLINT);"
      "CREATE TABLE action (signal USMALLINT, points DOUBLE, repeat INTEGER, cap BIGINT, "
      "engaged_day_points BIGINT)"));
  {
    auto appender = must(duck::Appender::open(connection, "occurrence"));
    for (const Occurrence& occurrence : occurrences) {
      const auto [chunk, row] = appender.next_row();
      chunk.column<std::uint32_t>(0)[row] = occurrence.account;
      chunk.column<std::int32_t>(1)[row] = (kFirstDay + occurrence.day).number;
      chunk.column<std::uint16_t>(2)[row] = occurrence.signal;
    }
    must(appender.close());
  }
  for (std::size_t signal = 0; signal < names.size(); ++signal) {
    const auto number = static_cast<std::int64_t>(signal);
    if (std::ranges::binary_search(definition.not_activity, names[signal])) {
      must(connection.query("INSERT INTO not_activity VALUES ($1)", {number}));
    }
    for (const Action& action : definition.actions) {
      if (action.when.any.front().name != names[signal]) continue;
      must(connection.query("INSERT INTO action VALUES ($1, $2, $3, $4, $5)",
                            {number, action.points.milli,
                             std::int64_t{action.repeat == Repeat::diminishing ? 0
                                          : action.repeat == Repeat::every     ? 1
                                                                               : 2},
                             action.cap_per_day > 0 ? action.cap_per_day : kMostPerDay,
                             definition.engaged_day_points.milli}));
    }
  }
  auto rows = must(
      connection.query(kAllPoints, {std::int64_t{days.first.number}, std::int64_t{days.last.number},
                                    std::int64_t{definition.window_days}}));
  std::vector<Row> points;
  while (const duck::Chunk chunk = rows.next()) {
    for (std::size_t row = 0; row < chunk.size(); ++row) {
      points.emplace_back(chunk.column<std::int32_t>(0)[row], chunk.column<std::uint32_t>(1)[row],
                          chunk.column<std::int64_t>(2)[row]);
    }
  }
  return points;
}

std::vector<Row> points_by_engine(const History& history, const Definition& definition,
                                  const Signals& signals, DayRange days) {
  const Cores cores(2);
  const ScoredActivity scored(history, signals, definition, {}, cores);
  std::vector<AccountNumber> accounts(history.accounts());
  for (AccountNumber at = 0; at < accounts.size(); ++at) accounts[at] = at;
  std::vector<Row> points;
  for_each_score(scored, days, accounts, cores, [&](const ScoreOfDay& score) {
    points.emplace_back(score.day.number, score.account, score.window.points().milli);
  });
  return points;
}

RC_GTEST_PROP(PointsInSql, equal_the_engine_on_random_logs, ()) {
  const auto occurrences = *random_occurrences();
  const auto definition = *random_definition();
  const DayRange days{kLogBegin, kLogBegin + 150};
  const History history = History::of({occurrences}, kLogAccounts, Cores(1));
  RC_ASSERT(points_by_engine(history, definition, kSignals, days) ==
            points_by_sql(occurrences, definition, kEventNames, days));
}

TEST(PointsInSql, equal_the_engine_on_a_real_log) {
  const std::filesystem::path file =
      TIDEMARK_SOURCE "/../shared/data/openstack_companies/events.csv.gz";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "the real logs are not at hand";
  const TemporaryFolder folder;
  const auto store = must(open_duckdb_store(folder.path() / "s.duckdb"));
  const SystemClock clock;
  const std::atomic<bool> is_never_interrupted{false};
  Importer importer(*store, clock, is_never_interrupted, [](const auto&) {});
  ASSERT_EQ(must(importer.import_file(file, "events", {})).import.taken, 396'355U);
  Definition definition;
  definition.engaged_day_points = Points{1000};
  definition.actions = {
      {"Code", Rule::of_event("code_change"), Points{3000}, Repeat::diminishing, 20},
      {"Bug fix", Rule::of_event("bug_fix"), Points{2500}, Repeat::every, 5},
      {"Docs", Rule::of_event("docs_change"), Points{2000}, Repeat::once, 0}};
  definition.not_activity = {"config_change"};
  const auto loaded = must(load_activity(*store, definition, Cores(2)));
  std::vector<Occurrence> occurrences;
  DayReader days(must(TimeZone::named("UTC")));
  must(store->read_events({}, 1, [&](const EventColumns& events, unsigned) {
    for (std::size_t row = 0; row < events.at.size(); ++row) {
      occurrences.push_back(
          Occurrence::of(events.account[row], days.day_of(events.at[row]), events.name[row]));
    }
  }));
  const DayRange range{*parse_day("2016-01-15"), *parse_day("2016-02-15")};
  const auto expected = points_by_sql(occurrences, definition, loaded.signals.event_names, range);
  EXPECT_GT(expected.size(), 30'000U);
  EXPECT_EQ(points_by_engine(loaded.history, definition, loaded.signals, range), expected);
}

}  // namespace
}  // namespace tidemark
