#include "score/score_run.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "score/level_listing.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

const Day kBegin = *parse_day("2026-01-10");
const Day kEnd = *parse_day("2026-06-20");
const std::atomic<bool> kNeverInterrupted{false};

Definition plain_definition() {
  Definition definition;
  definition.engaged_day_points = Points{1000};
  definition.actions = {{"Report", Rule::of_event("report"), Points{5000}, Repeat::diminishing, 0}};
  return definition;
}

/// A store with 40 accounts that come, work, and some of which leave.
class ScoreRunTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = *open_duckdb_store(folder_.path() / "s.duckdb");
    ImportStep step;
    step.import.number = 1;
    step.new_event_names = {"report", "login"};
    for (AccountNumber account = 0; account < 40; ++account) {
      step.new_accounts.push_back("account-" + std::to_string(account));
      const Day last = account % 4 == 0 ? kBegin + 30 + int(account) * 2 : kEnd;
      for (Day day = kBegin + int(account % 5); day <= last; day = day + 1 + int(account % 7)) {
        for (AccountNumber at = 0; at < 1 + account % 3; ++at)
          add(step.intake.events, account, day);
      }
    }
    ASSERT_TRUE(store_->append(step));
  }

  static void add(EventBatch& events, AccountNumber account, Day day) {
    events.add({.account = account,
                .at = Instant{std::chrono::days{day.number}},
                .name = static_cast<SignalNumber>(account % 11 == 0 ? 1 : 0)});
  }

  Result<ScoreOutcome> score(Day until, const Definition& definition, unsigned threads = 2) {
    const Cores cores(threads);
    const auto activity = load_activity(*store_, definition, cores);
    ScoreRun run(*store_, *activity, cores);
    return run.until(until, kNeverInterrupted, [](Day) {});
  }

  /// Everything published, as text.
  std::string published() {
    std::string text;
    for (const PublishedDay& day : *store_->published_days()) {
      text += day_text(day.day) + day.definition.substr(0, 8) +
              (day.calibration ? day_text(*day.calibration) : "-");
      for (const std::int64_t count : day.accounts) text += " " + std::to_string(count);
      text += '\n';
    }
    const auto listing = published_levels(*store_, {kBegin, kEnd});
    std::vector<AccountNumber> accounts(40);
    for (AccountNumber at = 0; at < 40; ++at) accounts[at] = at;
    listing->for_each(
        accounts, [](Day) { return std::optional<Points>(); },
        [&](const LevelOfDay& row) {
          text += day_text(row.day) + " " + std::to_string(row.account) + " " +
                  std::to_string(row.points.milli) + std::string(level_name(row.level)) +
                  std::string(level_name(row.published)) + "\n";
        });
    for (const Change& change : listing->changes()) {
      text += day_text(change.day) + " " + std::to_string(change.account) +
              std::string(level_name(change.to)) + std::to_string(change.points_before.milli) +
              "\n";
    }
    return text;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(ScoreRunTest, twice_is_once) {
  const auto outcome = score(kEnd, plain_definition());
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->days, (DayRange{kBegin, kEnd}));
  EXPECT_GT(outcome->changes, 40);
  EXPECT_GE(outcome->calibrations.size(), 3U);
  const std::string once = published();
  const auto again = score(kEnd, plain_definition());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->days.length(), 0);
  EXPECT_EQ(published(), once);
}

TEST_F(ScoreRunTest, night_by_night_is_the_same_as_at_once_on_any_number_of_threads) {
  ASSERT_TRUE(score(kEnd, plain_definition(), 8));
  const std::string at_once = published();
  ASSERT_TRUE(store_->forget_published());
  for (Day day = kBegin; day <= kEnd; day = day + 1 + (day.number % 5)) {
    ASSERT_TRUE(score(day, plain_definition(), 1));
  }
  ASSERT_TRUE(score(kEnd, plain_definition(), 1));
  EXPECT_EQ(published(), at_once);
}

TEST_F(ScoreRunTest, a_new_definition_calibrates_at_once_and_leaves_the_past_alone) {
  const Day changed = *parse_day("2026-05-12");
  ASSERT_TRUE(score(changed, plain_definition()));
  const std::string before = published();
  Definition definition = plain_definition();
  definition.actions[0].points = Points{50'000};
  ASSERT_TRUE(score(kEnd, definition));
  const auto days = *store_->published_days();
  const auto day_after = std::ranges::find(days, changed + 1, &PublishedDay::day);
  EXPECT_EQ(day_after->calibration, changed);
  EXPECT_NE(day_after->definition, (day_after - 1)->definition);
  EXPECT_TRUE(store_->definition(day_after->definition)->has_value());
  EXPECT_NE(published(), before);
  EXPECT_EQ(published().substr(0, 1000), before.substr(0, 1000));
}

TEST_F(ScoreRunTest, late_events_leave_what_was_published_as_it_was) {
  const Day published_until = *parse_day("2026-05-20");
  ASSERT_TRUE(score(published_until, plain_definition()));
  const std::string before = published();
  ImportStep late;
  late.import.number = 2;
  for (int at = 0; at < 50; ++at) add(late.intake.events, 3, published_until - 20);
  ASSERT_TRUE(store_->append(late));
  EXPECT_EQ(published(), before);
  ASSERT_TRUE(score(published_until + 1, plain_definition()));
  const auto listing = published_levels(*store_, {published_until, published_until + 1});
  std::vector<Points> points;
  listing->for_each(
      {3}, [](Day) { return std::optional<Points>(); },
      [&](const LevelOfDay& row) { points.push_back(row.points); });
  ASSERT_EQ(points.size(), 2U);
  EXPECT_GT(points[1], points[0] + Points{20'000});  // 5 * sqrt(50) came in late

  const auto corrections = *store_->corrections_of(3);
  ASSERT_EQ(corrections.size(), 1U);
  EXPECT_EQ(corrections[0].day, published_until);
  EXPECT_EQ(corrections[0].published, points[0]);
  EXPECT_GT(corrections[0].now, points[0] + Points{20'000});
  EXPECT_TRUE(store_->corrections_of(4)->empty());
}

TEST_F(ScoreRunTest, nobody_moves_without_a_change_when_a_ladder_returns) {
  const Day first_break = *parse_day("2026-05-10");
  ASSERT_TRUE(score(first_break, plain_definition()));
  Definition nobody = plain_definition();
  nobody.actions[0].when = Rule::of_event("something else");
  ASSERT_TRUE(score(first_break + 5, nobody));
  ASSERT_TRUE(score(first_break + 10, plain_definition()));
  // Every published level is the one before, moved by the changes of the day.
  std::vector<Level> standing(40, Level::inactive);
  const auto listing = published_levels(*store_, {kBegin, first_break + 10});
  auto change = listing->changes().begin();
  std::optional<Day> first_ladder;
  for (const PublishedDay& day : *store_->published_days()) {
    if (day.calibration && !first_ladder) first_ladder = day.day;
  }
  std::vector<AccountNumber> accounts(40);
  for (AccountNumber at = 0; at < 40; ++at) accounts[at] = at;
  listing->for_each(
      accounts, [](Day) { return std::optional<Points>(); },
      [&](const LevelOfDay& row) {
        for (; change != listing->changes().end() && change->day <= row.day; ++change) {
          EXPECT_EQ(change->from, standing[change->account]) << day_text(change->day);
          standing[change->account] = change->to;
        }
        // The one start without a change: from engaged to the first ladder.
        if (row.day == *first_ladder && standing[row.account] == Level::engaged) {
          standing[row.account] = row.published;
        }
        ASSERT_EQ(row.published, standing[row.account])
            << day_text(row.day) << " account " << row.account;
      });
}

TEST_F(ScoreRunTest, days_cannot_be_published_twice_or_with_a_gap) {
  ASSERT_TRUE(score(kBegin + 3, plain_definition()));
  PublishStep step;
  step.definition = {"hash", "{}"};
  step.days = {PublishedDay{kBegin + 3, "hash", {}, {}}};
  EXPECT_EQ(store_->publish(step).error().kind, ErrorKind::conflict);
  step.days = {PublishedDay{kBegin + 9, "hash", {}, {}}};
  EXPECT_EQ(store_->publish(step).error().kind, ErrorKind::conflict);
  EXPECT_EQ(store_->published_days()->size(), 4U);
}

}  // namespace
}  // namespace tidemark
