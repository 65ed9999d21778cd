#include "api/nightly_run.h"

#include <gtest/gtest.h>

#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

/// Says what it is told to.
class HandClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(const std::string& text) { now_ = *parse(text); }

 private:
  static std::optional<Instant> parse(const std::string& text) {
    // 2026-03-29T01:30
    const auto day = parse_day(text.substr(0, 10));
    if (!day) return std::nullopt;
    return Instant{std::chrono::days{day->number}} +
           std::chrono::hours{std::stoi(text.substr(11, 2))} +
           std::chrono::minutes{std::stoi(text.substr(14, 2))};
  }

  Instant now_;
};

class NightlyRunTest : public testing::Test {
 protected:
  void SetUp() override {
    open();
    ImportStep step;
    step.import.number = 1;
    step.new_event_names = {"report"};
    for (AccountNumber account = 0; account < 30; ++account) {
      step.new_accounts.push_back("account-" + std::to_string(account));
      const Day begin = *parse_day("2026-02-01");
      for (Day day = begin + int(account % 5); day <= begin + 120;
           day = day + 1 + int(account % 4)) {
        step.intake.events.add(
            {.account = account,
             .at = Instant{std::chrono::days{day.number}} + std::chrono::hours{9},
             .name = 0});
      }
    }
    ASSERT_TRUE(store_->append(step));
    definition_.time_zone = "Europe/Berlin";
    definition_.actions = {{"Report", Rule::of_event("report"), Points{5000}, {}, 0}};
  }

  void open() {
    store_ = *open_duckdb_store(folder_.path() / "s.duckdb");
    control_ = *Control::open(folder_.path() / "c.sqlite");
    run_ =
        std::make_unique<NightlyRun>(*store_, lock_, *control_, clock_, NightlyRun::Calls{[this] {
          return fails_ ? Result<Definition>(Error{ErrorKind::invalid_input, "line 3: no such key"})
                        : Result<Definition>(definition_);
        }},
                                     NightlyRun::Workers{});
  }

  /// An event of nobody's account, each day.
  void events_on(DayRange days) {
    ImportStep step;
    step.import.number = *store_->next_import_number();
    for (Day day = days.first; day <= days.last; day = day + 1) {
      step.intake.events.add({.account = kNoAccount,
                              .at = Instant{std::chrono::days{day.number}} + std::chrono::hours{9},
                              .name = 0,
                              .anonymous = "visitor"});
    }
    ASSERT_TRUE(store_->append(step));
  }

  void restart() {
    run_.reset();
    store_.reset();
    control_.reset();
    open();
  }

  std::string last_published() const {
    const auto days = store_->published_days();
    return days->empty() ? "nothing" : day_text(days->back().day);
  }

  TemporaryFolder folder_;
  HandClock clock_;
  std::mutex lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Control> control_;
  Definition definition_;
  bool fails_ = false;
  std::unique_ptr<NightlyRun> run_;
};

TEST_F(NightlyRunTest, publishes_a_day_once_when_it_has_ended_and_had_its_grace) {
  clock_.set("2026-03-10T12:00");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-03-09");
  EXPECT_FALSE(run_->run_if_due());
  // The day ends at midnight in Berlin, 23:00 UTC; two hours of grace.
  clock_.set("2026-03-11T00:59");
  EXPECT_FALSE(run_->run_if_due());
  clock_.set("2026-03-11T01:00");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_FALSE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-03-10");
  const NightlyState state = run_->state();
  EXPECT_EQ(state.runs, 2U);
  EXPECT_EQ(state.published, parse_day("2026-03-10"));
  EXPECT_EQ(state.succeeded, clock_.now());
  EXPECT_EQ(control_->journal(1)->at(0).outcome, "published 2026-03-10 to 2026-03-10: 0 moves");
}

TEST_F(NightlyRunTest, follows_the_zone_over_the_change_of_its_clocks) {
  clock_.set("2026-03-29T00:59");
  run_->run_if_due();
  EXPECT_EQ(last_published(), "2026-03-27");
  clock_.set("2026-03-29T01:00");
  run_->run_if_due();
  EXPECT_EQ(last_published(), "2026-03-28");
  // From here on midnight is at 22:00 UTC.
  clock_.set("2026-03-29T23:59");
  EXPECT_FALSE(run_->run_if_due());
  clock_.set("2026-03-30T00:00");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-03-29");
}

TEST_F(NightlyRunTest, catches_up_after_a_week_and_is_the_same_as_night_by_night) {
  clock_.set("2026-03-20T12:00");
  run_->run_if_due();
  restart();
  clock_.set("2026-03-27T12:00");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-03-26");
  const auto caught_up =
      *store_->records_within({*parse_day("2026-02-01"), *parse_day("2026-03-26")});
  ASSERT_TRUE(store_->forget_published());
  restart();
  for (Day day = *parse_day("2026-02-02"); day <= *parse_day("2026-03-27"); day = day + 1) {
    clock_.set(day_text(day) + "T12:00");
    EXPECT_TRUE(run_->run_if_due());
  }
  const auto by_night =
      *store_->records_within({*parse_day("2026-02-01"), *parse_day("2026-03-26")});
  ASSERT_EQ(by_night.size(), caught_up.size());
  for (std::size_t at = 0; at < by_night.size(); ++at) {
    EXPECT_EQ(by_night[at].account, caught_up[at].account);
    EXPECT_TRUE(by_night[at].says_the_same_as(caught_up[at]));
  }
}

TEST_F(NightlyRunTest, tries_again_after_a_failure_and_says_why_until_then) {
  clock_.set("2026-03-10T12:00");
  fails_ = true;
  EXPECT_FALSE(run_->run_if_due());
  EXPECT_EQ(run_->state().problem, "line 3: no such key");
  EXPECT_EQ(run_->state().failures, 1U);
  fails_ = false;
  clock_.set("2026-03-10T12:04");
  EXPECT_FALSE(run_->run_if_due());
  clock_.set("2026-03-10T12:05");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(run_->state().problem, "");
  EXPECT_EQ(last_published(), "2026-03-09");
}

TEST_F(NightlyRunTest, an_edited_definition_counts_from_the_next_day_on) {
  clock_.set("2026-03-10T12:00");
  run_->run_if_due();
  definition_.actions.front().points = Points{9000};
  clock_.set("2026-03-10T13:00");
  EXPECT_FALSE(run_->run_if_due());
  clock_.set("2026-03-11T12:00");
  EXPECT_TRUE(run_->run_if_due());
  const auto days = *store_->published_days();
  EXPECT_NE(days[days.size() - 2].definition, days.back().definition);
}

TEST_F(NightlyRunTest, publishes_no_day_behind_the_newest_event_until_one_comes) {
  clock_.set("2026-07-10T12:00");  // or a clock that is ahead
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-06-01");
  EXPECT_FALSE(run_->run_if_due());
  events_on({*parse_day("2026-07-08"), *parse_day("2026-07-08")});
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-07-08");
  events_on({*parse_day("2026-07-10"), *parse_day("2026-07-10")});  // it is not over
  EXPECT_FALSE(run_->run_if_due());
  clock_.set("2026-07-11T12:00");
  EXPECT_TRUE(run_->run_if_due());
  EXPECT_EQ(last_published(), "2026-07-10");
}

TEST_F(NightlyRunTest, publishes_a_year_of_nights_without_a_person) {
  const Day first = *parse_day("2026-03-01");
  events_on({first, first + 366});
  for (Day day = first; day < first + 366; day = day + 1) {
    clock_.set(day_text(day) + "T12:00");
    ASSERT_TRUE(run_->run_if_due()) << day_text(day) << " " << run_->state().problem;
  }
  EXPECT_EQ(run_->state().failures, 0U);
  EXPECT_EQ(last_published(), day_text(first + 364));
  const auto days = *store_->published_days();
  EXPECT_EQ(days.back().day - days.front().day + 1, static_cast<int>(days.size()));
}

TEST_F(NightlyRunTest, finishes_what_a_run_that_died_left_undone) {
  clock_.set("2026-05-10T12:00");
  run_->run_if_due();
  const auto calibration = store_->published_days()->back().calibration;
  ASSERT_TRUE(calibration);
  ASSERT_TRUE(store_->evidence_of(*calibration)->has_value());
  run_.reset();
  store_.reset();
  {
    auto database = *duck::Database::open(folder_.path() / "s.duckdb");
    ASSERT_TRUE(database.connect()->run("DELETE FROM calibration_evidence"));
  }
  open();
  EXPECT_FALSE(run_->run_if_due());
  EXPECT_EQ(run_->state().failures, 0U);
  EXPECT_TRUE(store_->evidence_of(*calibration)->has_value());
  EXPECT_EQ(control_->journal(1)->at(0).outcome, "finished what a run before had left undone");
}

TEST_F(NightlyRunTest, makes_the_cuts_anew_once_when_asked_to) {
  clock_.set("2026-03-10T12:00");
  run_->run_if_due();
  const std::size_t before = store_->calibrations()->size();
  ASSERT_TRUE(control_->set(std::string(kRecalibrateNext), "yes"));
  for (const char* day : {"2026-03-11T12:00", "2026-03-12T12:00"}) {
    clock_.set(day);
    ASSERT_TRUE(run_->run_if_due());
    EXPECT_EQ(store_->calibrations()->size(), before + 1);
  }
  EXPECT_EQ(*control_->setting(std::string(kRecalibrateNext)), "");
}

TEST_F(NightlyRunTest, by_itself_in_a_thread_of_its_own) {
  clock_.set("2026-03-10T12:00");
  run_->start();
  for (int look = 0; look < 500 && run_->state().runs == 0; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  run_->stop();
  EXPECT_EQ(run_->state().published, parse_day("2026-03-09"));
}

}  // namespace
}  // namespace tidemark
