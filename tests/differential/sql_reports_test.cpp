// Every number of the reports is worked out again by SQL, from the tables a user can read: what was
// published from what is stored, points and rates from the events.
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "score/account_listing.h"
#include "score/calibration_report.h"
#include "score/movement.h"
#include "score/overview.h"
#include "score/score_run.h"
#include "score/score_terms.h"
#include "score/workspace_status.h"
#include "simulate/company.h"
#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/temporary_folder.h"
#include "wire/definition_toml.h"

namespace tidemark {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().message);
}

// What an event of the simulated company earns, and what an account has: the definition in SQL.
// JSON is looked at as text; the simulator writes it without spaces.
constexpr const char* kScores = R"sql(
  CREATE TEMP TABLE happened AS
    SELECT account, happened_at::DATE AS day, user_id, event_name.name AS event,
           coalesce(properties, '') AS p
    FROM event JOIN event_name ON event_name.number = event.name
    WHERE coalesce(user_id, '') NOT LIKE '%@bots.example'
      AND coalesce(user_id, '') NOT LIKE '%@tidemark.example'
      AND coalesce(properties, '') NOT LIKE '%"impersonating":true%'
      AND event_name.name <> 'email_bounced';
  CREATE TEMP TABLE acted AS
    SELECT account, day, CASE
      WHEN event = 'report_created' THEN 'Report created'
      WHEN event = 'report_shared' AND p LIKE '%"channel":"external"%' THEN 'Shared outside the team'
      WHEN event = 'report_shared' THEN 'Shared within the team'
      WHEN event = 'comment_added' THEN 'Comment'
      WHEN event = 'export_run' AND p NOT LIKE '%"automatic":true%' THEN 'Export'
      WHEN event = 'dashboard_scheduled' THEN 'Dashboard scheduled'
      WHEN event = 'invite_sent' THEN 'Colleague invited' END AS action, count(*) AS n
    FROM happened GROUP BY 1, 2, 3 HAVING action IS NOT NULL;
  CREATE TEMP TABLE earned AS
    SELECT account, day, action, n, CASE action
      WHEN 'Report created' THEN round(5000 * sqrt(n))
      WHEN 'Shared outside the team' THEN round(8000 * sqrt(n))
      WHEN 'Shared within the team' THEN round(4000 * sqrt(n))
      WHEN 'Comment' THEN round(2000 * sqrt(least(n, 20)))
      WHEN 'Export' THEN round(3000 * sqrt(n))
      WHEN 'Dashboard scheduled' THEN 4000
      WHEN 'Colleague invited' THEN round(6000 * sqrt(n)) END::BIGINT AS points
    FROM acted
    UNION ALL SELECT DISTINCT account, day, 'Engaged days', 1, 1000 FROM acted;
  CREATE TEMP TABLE born AS SELECT account, min(day) AS first_day FROM happened GROUP BY account;
  CREATE TEMP MACRO as_of(d) AS TABLE
    SELECT account, milli_points, published FROM level WHERE day <= d
    QUALIFY row_number() OVER (PARTITION BY account ORDER BY day DESC) = 1;
  CREATE TEMP MACRO points_on(d) AS TABLE
    SELECT account, coalesce(sum(points), 0)::BIGINT AS points
    FROM born LEFT JOIN earned USING (account)
    WHERE first_day <= d AND day BETWEEN d - 29 AND d GROUP BY account;
)sql";

/// A simulated company, scored; and its store's file, to be asked in SQL once the store is closed.
class SqlReports : public testing::Test {
 protected:
  void SetUp() override {
    store_ = must(open_duckdb_store(file_));
    fill();
    std::string text = company_definition();
    text.replace(text.find("Europe/Berlin"), 13, "UTC");
    definition_ = must(parse_definition(text, "company"));
    const std::atomic<bool> is_never_interrupted{false};
    const auto activity = must(load_activity(*store_, definition_, cores_));
    ScoreRun run(*store_, activity, cores_);
    must(run.until(kDays.last, is_never_interrupted, [](Day) {}));
  }

  void fill() {
    const SimulatedCompany company({5, 200, kDays});
    ImportStep step;
    step.import.number = 1;
    std::map<std::string, AccountNumber> accounts;
    std::map<std::string, SignalNumber> names;
    company.events([&](const SimulatedEvent& event) {
      const auto account = accounts.try_emplace(event.account_id, AccountNumber(accounts.size()));
      if (account.second) step.new_accounts.push_back(event.account_id);
      const auto name = names.try_emplace(event.event, SignalNumber(names.size()));
      if (name.second) step.new_event_names.push_back(event.event);
      step.intake.events.add({.account = account.first->second,
                              .at = event.at,
                              .name = name.first->second,
                              .user = event.user_id,
                              .properties = event.properties});
    });
    must(store_->append(step));
  }

  /// Closes the store and opens its file for SQL.
  void ask_in_sql() {
    store_.reset();
    database_.emplace(must(duck::Database::open(file_)));
    connection_.emplace(must(database_->connect()));
    must(connection_->run(kScores));
  }

  /// The rows of a query as text, columns divided by spaces.
  std::vector<std::string> sql(const std::string& query) {
    auto rows = must(
        connection_->query(fmt::format("SELECT concat_ws(' ', *columns(*)) FROM ({})", query)));
    std::vector<std::string> texts;
    while (const duck::Chunk chunk = rows.next()) {
      for (std::size_t row = 0; row < chunk.size(); ++row) {
        texts.emplace_back(chunk.text(0, row));
      }
    }
    return texts;
  }

  static std::string date(Day day) { return fmt::format("DATE '{}'", day_text(day)); }

  static constexpr DayRange kDays{Day{20'000}, Day{20'219}};
  const Cores cores_{2};
  TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "s.duckdb";
  std::unique_ptr<Store> store_;
  Definition definition_;
  std::optional<duck::Database> database_;
  std::optional<duck::Connection> connection_;
};

TEST_F(SqlReports, movement_counts_and_lists_as_sql_does) {
  const Movement movement = must(movement_between(*store_, kDays.last - 40, kDays.last));
  ASSERT_GT(movement.moved.size(), 10U);
  ask_in_sql();
  std::vector<std::string> matrix;
  for (std::size_t from = 0; from < kLevelCount; ++from) {
    for (std::size_t to = 0; to < kLevelCount; ++to) {
      if (movement.accounts[from][to] == 0) continue;
      matrix.push_back(fmt::format("{} {} {}", level_name(Level(from)), level_name(Level(to)),
                                   movement.accounts[from][to]));
    }
  }
  const std::string both = fmt::format("FROM as_of({}) a JOIN as_of({}) b USING (account)",
                                       date(movement.from), date(movement.to));
  EXPECT_EQ(matrix, sql("SELECT a.published, b.published AS p, count(*) " + both +
                        " GROUP BY ALL ORDER BY 1, 2"));
  std::vector<std::string> moved;
  for (const Movement::Account& account : movement.moved) {
    if (account.is_new) continue;
    moved.push_back(fmt::format("{} {} {} {} {}", account.id, level_name(account.from),
                                level_name(account.to), account.points_from.milli,
                                account.points_to.milli));
  }
  std::ranges::sort(moved);
  EXPECT_EQ(moved,
            sql("SELECT id, a.published, b.published AS p, a.milli_points, b.milli_points AS "
                "m " +
                both +
                " JOIN account ON number = account WHERE a.published <> "
                "b.published ORDER BY ALL"));
  EXPECT_EQ(sql(fmt::format("SELECT count(*) FROM as_of({}) ANTI JOIN as_of({}) USING (account)",
                            date(movement.to), date(movement.from))),
            std::vector<std::string>{std::to_string(movement.is_new())});
}

TEST_F(SqlReports, accounts_are_listed_as_sql_does) {
  AccountQuery query;
  query.levels = {Level::low, Level::medium, Level::high};
  const AccountListing listing = must(list_accounts(*store_, query, must(TimeZone::named("UTC"))));
  ASSERT_GT(listing.accounts.size(), 50U);
  ask_in_sql();
  std::vector<std::string> listed;
  for (const ListedAccount& account : listing.accounts) {
    listed.push_back(fmt::format("{} {} {} {} {}", account.id, level_name(account.level),
                                 day_text(account.since), account.points.milli,
                                 account.points_before.milli));
  }
  EXPECT_EQ(listed, sql(fmt::format(R"sql(
    WITH turned AS (SELECT account, day, published FROM level
      QUALIFY published IS DISTINCT FROM lag(published) OVER (PARTITION BY account ORDER BY day)),
    since AS (SELECT account, max(day) AS day FROM turned GROUP BY account)
    SELECT id, now.published, since.day, now.milli_points, coalesce(past.milli_points, 0)
    FROM as_of({}) now JOIN since USING (account) LEFT JOIN as_of({}) past USING (account)
      JOIN account ON number = now.account
    WHERE now.published IN ('low', 'medium', 'high') ORDER BY id)sql",
                                    date(kDays.last), date(kDays.last - 30))));
}

TEST_F(SqlReports, points_and_their_terms_follow_from_the_events) {
  const auto activity = must(load_activity(*store_, definition_, cores_));
  const ScoredActivity scored = activity.scored(cores_);
  std::vector<std::string> terms;
  std::vector<std::string> sums;
  for (AccountNumber account = 0; account < activity.account_ids.size(); ++account) {
    Points sum;
    for (const ScoreTerm& term : score_terms(activity, scored, account, kDays.last)) {
      sum += term.points;
      terms.push_back(fmt::format("{} {} {} {}", activity.account_ids[account], term.label,
                                  term.count, term.points.milli));
    }
    if (sum.milli > 0) {
      sums.push_back(fmt::format("{} {}", activity.account_ids[account], sum.milli));
    }
  }
  std::ranges::sort(terms);
  std::ranges::sort(sums);
  ASSERT_GT(terms.size(), 300U);
  ask_in_sql();
  EXPECT_EQ(
      terms,
      sql(fmt::format("SELECT id || ' ' || action || ' ' || sum(n) || ' ' || sum(points) AS t FROM "
                      "earned JOIN account ON number = account WHERE day BETWEEN {0} - 29 AND {0} "
                      "GROUP BY id, action ORDER BY t",
                      date(kDays.last))));
  // What was published is the same sum: no event came late.
  EXPECT_EQ(sums,
            sql(fmt::format("SELECT id || ' ' || milli_points AS t FROM as_of({}) JOIN account "
                            "ON number = account WHERE milli_points > 0 ORDER BY t",
                            date(kDays.last))));
}

TEST_F(SqlReports, the_overview_counts_as_sql_does) {
  const Overview overview = must(overview_of(*store_, std::nullopt, 3, 100));
  std::vector<std::string> levels;
  for (std::size_t level = 0; level < kLevelCount; ++level) {
    if (overview.today.accounts[level] > 0) {
      levels.push_back(
          fmt::format("{} {}", level_name(Level(level)), overview.today.accounts[level]));
    }
  }
  std::vector<std::string> moves;
  for (const Overview::Move& move : overview.moves) {
    moves.push_back(fmt::format("{} {} {}", move.account_id, level_name(move.change.from),
                                level_name(move.change.to)));
    // The reasons are the whole difference.
    Points sum;
    for (const TermDifference& term : move.why) sum += term.points;
    const auto records = must(store_->records_as_of(kDays.last - 7));
    Points before;
    for (const LevelRecord& record : records) {
      if (record.account == move.change.account) before = record.points;
    }
    EXPECT_EQ(sum, move.change.points_after - before) << move.account_id;
  }
  std::ranges::sort(moves);
  const WorkspaceStatus status = must(status_of(*store_, definition_));
  ask_in_sql();
  EXPECT_EQ(levels, sql(fmt::format("SELECT published, count(*) FROM as_of({}) GROUP BY ALL ORDER "
                                    "BY 1",
                                    date(kDays.last))));
  EXPECT_EQ(moves, sql(fmt::format("SELECT account_id, from_level, to_level FROM published_change "
                                   "WHERE day = {} ORDER BY ALL",
                                   date(kDays.last))));
  EXPECT_EQ(sql("SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM account), (SELECT "
                "max(day) FROM published_day)"),
            std::vector<std::string>{fmt::format("{} {} {}", status.events, status.accounts,
                                                 day_text(status.last_published->day))});
  EXPECT_FALSE(status.definition_has_changed);
}

TEST_F(SqlReports, a_calibration_rests_on_the_snapshots_that_sql_finds) {
  const CalibrationReport report =
      must(report_calibration(*store_, {}, definition_, kDays.last, cores_));
  ASSERT_TRUE(report.is_published && report.evidence && report.before);
  const Cuts cuts = *report.calibration.cuts;
  const CalibrationEvidence& evidence = *report.evidence;
  // What the run kept is what is worked out now.
  EXPECT_EQ(must(kept_evidence(*store_, report.calibration.day)), evidence);
  ask_in_sql();
  const auto rates = [](const SilenceRate& rate) {
    return fmt::format("{} {}", rate.left, rate.all);
  };
  EXPECT_EQ(sql(fmt::format(R"sql(
    WITH seen AS (SELECT unnest(range(30, 150, 7)) AS back), snapshot AS (
      SELECT account, d, (SELECT sum(points) FROM earned WHERE earned.account = born.account
                          AND day BETWEEN d - 29 AND d) AS points,
             NOT EXISTS (FROM happened WHERE happened.account = born.account
                         AND day BETWEEN d + 1 AND d + 30) AS has_left
      FROM born, (SELECT ({0} - back::INTEGER) AS d FROM seen) WHERE d - first_day >= 30)
    SELECT count(*) FILTER (has_left) || ' ' || count(*) FROM snapshot
    WHERE points > 0
    GROUP BY CASE WHEN points <= {1} THEN 1 WHEN points <= {2} THEN 2 ELSE 3 END
    ORDER BY CASE WHEN points <= {1} THEN 1 WHEN points <= {2} THEN 2 ELSE 3 END)sql",
                            date(report.calibration.day), cuts.low.milli, cuts.high.milli)),
            (std::vector<std::string>{rates(evidence.low), rates(evidence.medium),
                                      rates(evidence.high)}));
  EXPECT_EQ(evidence.low.left + evidence.above_low.left, report.calibration.snapshots_left);
}

}  // namespace
}  // namespace tidemark
