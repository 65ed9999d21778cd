// What every store must do, whatever is behind it.
#include "store/store.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "store/clickhouse/clickhouse_store.h"
#include "store/duckdb/database.h"
#include "store/duckdb/duckdb_store.h"
#include "store/sqlite/control.h"
#include "tests/support/clickhouse_server.h"
#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

enum class Engine : std::uint8_t { duckdb, clickhouse };

class StoreConformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override {
    if (GetParam() == Engine::clickhouse) {
      if (!ClickhouseServer::is_installed()) GTEST_SKIP() << "clickhouse-server is not installed";
      server_.emplace();
      address_ = server_->new_database();
    }
    reopen();
  }

  void reopen() {
    store_.reset();
    auto opened = GetParam() == Engine::duckdb
                      ? open_duckdb_store(file())
                      : open_clickhouse_store(address_, "", folder_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = *std::move(opened);
  }

  std::filesystem::path file() const { return folder_.path() / "s.duckdb"; }

  /// A step of import `number` with these message ids, one event each; 0 = without an id.
  static ImportStep step_of(std::uint32_t number, const std::vector<int>& messages) {
    ImportStep step;
    step.import.number = number;
    step.import.content = "content " + std::to_string(number);
    step.import.records = messages.size();
    for (const int message : messages) {
      step.intake.events.add({.account = 0,
                              .at = Instant{std::chrono::hours{message}},
                              .user = "ann",
                              .properties = R"({"a":"ü"})",
                              .message = Wide{static_cast<unsigned>(message)} << 64});
    }
    return step;
  }

  TemporaryFolder folder_;
  std::optional<ClickhouseServer> server_;
  std::string address_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Engines, StoreConformance,
                         testing::Values(Engine::duckdb, Engine::clickhouse),
                         [](const testing::TestParamInfo<Engine>& of) {
                           return of.param == Engine::duckdb ? "duckdb" : "clickhouse";
                         });

/// What is of the one engine alone.
class DuckdbStore : public StoreConformance {};

INSTANTIATE_TEST_SUITE_P(Files, DuckdbStore, testing::Values(Engine::duckdb),
                         [](const testing::TestParamInfo<Engine>&) { return "duckdb"; });

TEST_P(StoreConformance, keeps_names_in_order_of_arrival) {
  ImportStep step = step_of(1, {0});
  step.new_accounts = {"zeta", "alpha", "a,\"b\"\nc", std::string(5000, 'x')};
  step.new_event_names = {"login"};
  ASSERT_TRUE(store_->append(step));
  step = step_of(2, {});
  step.new_accounts = {"beta"};
  ASSERT_TRUE(store_->append(step));
  reopen();
  EXPECT_EQ(
      store_->account_ids()->list(),
      (std::vector<std::string>{"zeta", "alpha", "a,\"b\"\nc", std::string(5000, 'x'), "beta"}));
  EXPECT_EQ(store_->event_names()->list(), std::vector<std::string>{"login"});
}

TEST_P(StoreConformance, counts_a_message_id_once_for_ever) {
  EXPECT_EQ(store_->append(step_of(1, {1, 2, 3, 2}))->taken, 3U);
  EXPECT_EQ(store_->append(step_of(2, {3, 4}))->duplicates, 1U);
  reopen();
  EXPECT_EQ(store_->append(step_of(3, {1, 2, 3, 4, 5}))->taken, 1U);
  EXPECT_EQ(*store_->event_count(), 5U);
}

TEST_P(StoreConformance, keeps_all_rows_without_ids_unless_told_otherwise) {
  EXPECT_EQ(store_->append(step_of(1, {0, 0, 0}))->taken, 3U);
  ImportStep overlapping = step_of(2, {0, 7, 7});
  overlapping.intake.events.message.assign(3, 0);
  overlapping.dedupe = Dedupe::rows;
  EXPECT_EQ(store_->append(overlapping)->taken, 1U);
  EXPECT_EQ(*store_->event_count(), 4U);
}

TEST_P(StoreConformance, rows_that_name_no_account_count_once_too) {
  const auto step_of_users = [](std::uint32_t number) {
    ImportStep step = step_of(number, {});
    step.dedupe = Dedupe::rows;
    for (const int hour : {1, 1, 2}) {
      step.intake.events.add({.at = Instant{std::chrono::hours{hour}}, .user = "ann"});
    }
    return step;
  };
  EXPECT_EQ(store_->append(step_of_users(1))->taken, 2U);
  EXPECT_EQ(store_->append(step_of_users(2))->taken, 0U);
  EXPECT_EQ(*store_->event_count(), 2U);
}

TEST_P(StoreConformance, remembers_how_far_an_import_came) {
  ImportStep step = step_of(1, {1, 2});
  step.rejects = {{7, "time", "soon", RejectReason::unreadable_time, "soon,acme"}};
  step.import.rejected = 1;
  Import import = *store_->append(step);
  EXPECT_FALSE((*store_->import_of_content("content 1"))->is_complete);
  step = step_of(1, {3});
  step.import = import;
  step.import.records += 1;
  step.import.is_complete = true;
  ASSERT_TRUE(store_->append(step));
  reopen();
  import = **store_->import_of_content("content 1");
  EXPECT_TRUE(import.is_complete);
  EXPECT_EQ(import.records, 3U);
  EXPECT_EQ(import.taken, 3U);
  EXPECT_EQ(import.rejected, 1U);
  EXPECT_EQ(*store_->next_import_number(), 2U);
  EXPECT_FALSE(store_->import_of_content("other")->has_value());
  std::vector<std::string> rejects;
  ASSERT_TRUE(
      store_->read_rejects(1, [&](const Reject& reject) { rejects.push_back(reject.value); }));
  EXPECT_EQ(rejects, std::vector<std::string>{"soon"});
}

TEST_P(StoreConformance, hands_over_every_event_once) {
  ASSERT_TRUE(store_->append(step_of(1, std::vector<int>(70'000, 0))));
  std::atomic<std::size_t> events{0};
  ASSERT_TRUE(store_->read_events({}, 4, [&](const EventColumns& columns, unsigned thread) {
    EXPECT_LT(thread, 4U);
    events += columns.account.size();
  }));
  EXPECT_EQ(events, 70'000U);
  EXPECT_EQ(store_->events_of(0)->size(), 70'000U);
  EXPECT_TRUE(store_->events_of(1)->empty());
}

/// What can be told of the events of accounts 0 to 2.
std::vector<std::string> events_by_account(Store& store) {
  std::vector<std::string> told;
  for (AccountNumber account = 0; account < 3; ++account) {
    for (const AccountEvent& event : *store.events_of(account)) {
      told.push_back(std::to_string(account) + " " + event.user + " " + event.properties + " " +
                     std::to_string(event.at.time_since_epoch().count()) + " " +
                     std::to_string(event.member));
    }
  }
  return told;
}

TEST_P(StoreConformance, ordered_events_of_an_account_are_those_of_the_log) {
  ImportStep step = step_of(1, {});
  step.new_accounts = {"a", "b", "c"};
  const auto add = [](ImportStep& to, AccountNumber account, int at, std::string_view user,
                      std::string_view visitor) {
    to.intake.events.add({.account = account,
                          .at = Instant{std::chrono::seconds{at}},
                          .user = user,
                          .anonymous = visitor,
                          .message = Wide{static_cast<unsigned>(at + 1)}});
  };
  for (int at = 0; at < 120'000; ++at) {
    const bool is_named = at % 3 > 0;
    add(step, is_named ? static_cast<AccountNumber>(at % 2) : kNoAccount, at,
        at % 4 > 0 ? "ann" : "", at % 5 > 0 ? "v1" : "bob@b.example");
  }
  StatementBatch& users = step.intake.of_users;
  users.user.push_back("ann");
  users.property.push_back("account_id");
  users.value.push_back(R"("b")");
  users.since.push_back(Instant{});
  users.line.push_back(1);
  ASSERT_TRUE(store_->append(step));
  auto moment = *store_->beside(Reads::one_moment);
  const auto told = events_by_account(*store_);
  EXPECT_GT(told.size(), 100'000U);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(events_by_account(*store_), told);
  EXPECT_EQ(events_by_account(*moment), told);

  // What came since is in the log alone; also to a copy made after a view's moment.
  ImportStep more = step_of(2, {});
  for (int at = 200'000; at < 400'000; ++at) add(more, 2, at, "cat", "");
  ASSERT_TRUE(store_->append(more));
  EXPECT_EQ(events_by_account(*store_).size(), told.size() + 200'000);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(events_by_account(*store_).size(), told.size() + 200'000);
  EXPECT_EQ(events_by_account(*moment), told);

  // A copy of a log that was taken back is none.
  ASSERT_TRUE(store_->forget_import(2));
  EXPECT_EQ(events_by_account(*store_), told);
  moment.reset();  // what a view holds, the store is
  reopen();
  EXPECT_EQ(events_by_account(*store_), told);
  store_.reset();
  std::ofstream(folder_.path() / "cache" / "by_account.duckdb") << "what is this";
  reopen();
  EXPECT_EQ(events_by_account(*store_), told);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(events_by_account(*store_), told);
}

/// What can be told of the records and changes of accounts 0 to 2.
std::vector<std::string> published_by_account(Store& store) {
  std::vector<std::string> told;
  for (AccountNumber account = 0; account < 3; ++account) {
    for (const LevelRecord& record : *store.records_of(account)) {
      told.push_back(std::to_string(account) + " " + day_text(record.day) + " " +
                     std::to_string(record.points.milli));
    }
    for (const Change& change : *store.changes_of(account)) {
      told.push_back(std::to_string(account) + " " + day_text(change.day) + " to " +
                     std::to_string(change.points_after.milli));
    }
  }
  return told;
}

/// Every day each account has a record, and a change.
PublishStep published_days_of(DayRange days, std::int64_t milli) {
  PublishStep step{{"hash", "{}"}, {}, {}, {}, {}, {}};
  for (Day day = days.first; day <= days.last; ++day) {
    step.days.push_back({day, "hash", std::nullopt, {}});
    for (AccountNumber account = 0; account < 40; ++account) {
      const Points points{milli + day.number + account};
      step.records.push_back({account, day, points, Level::low, {Level::low, {}, 0}});
      step.changes.push_back({day, account, Level::none, Level::low, Points{}, points});
    }
  }
  return step;
}

TEST_P(StoreConformance, ordered_records_of_an_account_are_those_published) {
  const Day first{10'000};
  ASSERT_TRUE(store_->publish(published_days_of({first, first + 2'999}, 0)));
  const auto told = published_by_account(*store_);
  EXPECT_EQ(told.size(), 18'000U);
  auto moment = *store_->beside(Reads::one_moment);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(published_by_account(*store_), told);
  EXPECT_EQ(published_by_account(*moment), told);

  // What was published since; a copy that was made after a view's moment.
  ASSERT_TRUE(store_->publish(published_days_of({first + 3'000, first + 6'099}, 0)));
  const auto more = published_by_account(*store_);
  EXPECT_EQ(more.size(), 36'600U);
  EXPECT_EQ(published_by_account(**store_->beside(Reads::one_moment)), more);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(published_by_account(*store_), more);
  EXPECT_EQ(published_by_account(*moment), told);

  // What was published anew: the copy is of what there was.
  PublishStep anew = published_days_of({first + 10, first + 6'099}, 5'000);
  anew.anew_from = first + 10;
  ASSERT_TRUE(store_->publish(anew));
  const auto other = published_by_account(*store_);
  EXPECT_NE(other, more);
  EXPECT_EQ(other.size(), more.size());
  EXPECT_EQ(published_by_account(**store_->beside(Reads::one_moment)), other);
  moment.reset();  // what a view holds, the store is
  reopen();
  EXPECT_EQ(published_by_account(*store_), other);
  ASSERT_TRUE(store_->order_by_account());
  EXPECT_EQ(published_by_account(*store_), other);
  ASSERT_TRUE(store_->forget_published());
  EXPECT_TRUE(published_by_account(*store_).empty());
}

TEST_P(StoreConformance, views_of_a_moment_remember_what_was_then) {
  const auto told = [](Store& store) {
    std::vector<std::string> all = store.account_ids()->list();
    all.push_back(std::to_string((*store.identity())->root_of(0)));
    for (const PublishedDay& day : *store.published_days()) all.push_back(day_text(day.day));
    all.push_back((*store.definition("hash")).has_value() ? "defined" : "");
    return all;
  };
  ImportStep step = step_of(1, {0});
  step.new_accounts = {"a", "b", "c"};
  ASSERT_TRUE(store_->append(step));
  std::vector<std::unique_ptr<Store>> views;
  std::vector<std::vector<std::string>> as_it_stood;
  const auto look = [&] {
    as_it_stood.push_back(told(*store_));
    views.push_back(*store_->beside(Reads::one_moment));
  };
  look();
  ASSERT_TRUE(store_->publish(published_days_of({Day{10'000}, Day{10'001}}, 0)));
  look();
  ASSERT_TRUE(store_->merge_accounts({0, 2, {}}));
  look();
  ImportStep more = step_of(2, {0});
  more.new_accounts = {"d"};
  ASSERT_TRUE(store_->append(more));
  look();
  PublishStep anew = published_days_of({Day{10'001}, Day{10'003}}, 0);
  anew.anew_from = Day{10'001};
  ASSERT_TRUE(store_->publish(anew));
  look();
  ASSERT_TRUE(store_->unmerge_account(0));
  look();
  ASSERT_TRUE(store_->forget_published());
  look();
  // In any order, each once more.
  for (const std::size_t at : std::vector<std::size_t>{6, 0, 3, 1, 5, 2, 4, 0, 6, 1}) {
    EXPECT_EQ(told(*views[at]), as_it_stood[at]) << at;
  }
  // What a view changes is nobody else's.
  ASSERT_TRUE(views[6]->publish(published_days_of({Day{11'000}, Day{11'000}}, 0)));
  EXPECT_TRUE(store_->published_days()->empty());
  EXPECT_TRUE((*store_->beside(Reads::one_moment))->published_days()->empty());
}

TEST_P(StoreConformance, what_a_view_remembers_is_of_its_moment_while_others_publish) {
  constexpr Day kBegin{10'000};
  constexpr int kDays = 60;
  ASSERT_TRUE(store_->publish(published_days_of({kBegin, kBegin}, 0)));
  std::atomic<bool> is_over{false};
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      std::size_t last = 0;
      while (!is_over) {
        const auto view = *store_->beside(Reads::one_moment);
        const std::size_t days = view->published_days()->size();  // remembered
        EXPECT_EQ(view->records_of(3)->size(), days);             // read: one a day
        EXPECT_GE(days, last);
        last = days;
      }
    });
  }
  for (int day = 1; day < kDays; ++day) {
    ASSERT_TRUE(store_->publish(published_days_of({kBegin + day, kBegin + day}, 0)));
  }
  is_over = true;
  readers.clear();
  EXPECT_EQ((*store_->beside(Reads::one_moment))->published_days()->size(), std::size_t{kDays});
}

TEST_P(StoreConformance, gives_back_what_was_published) {
  const Day day{20'000};
  const Calibration calibration{day - 1,
                                1,
                                2,
                                3,
                                44,
                                CutBasis::risk_crossing,
                                HighGuard::percentile_85,
                                Cuts{Points{10}, Points{20}, Points{30}}};
  PublishStep step{{"hash", "{}"}, {calibration}, {}, {}, {}, {}};
  step.days = {{day, "hash", std::nullopt, {1, 2, 3, 4, 5, 6}}, {day + 1, "hash", day - 1, {}}};
  step.records = {{0, day, Points{7}, Level::low, {Level::none, Level::low, 2}},
                  {1, day, Points{8}, Level::high, {Level::high, {}, 0}},
                  {0, day + 1, Points{9}, Level::medium, {Level::medium, {}, 0}}};
  step.changes = {{day + 1, 0, Level::none, Level::medium, Points{7}, Points{9}}};
  step.corrections = {{day - 1, 5, Points{1}, Points{2}}};
  ASSERT_TRUE(store_->publish(step));
  reopen();
  EXPECT_EQ(*store_->published_days(), step.days);
  EXPECT_EQ(*store_->calibrations(), std::vector<Calibration>{calibration});
  EXPECT_EQ((*store_->definition("hash"))->canonical, "{}");
  EXPECT_EQ(store_->records_as_of(day)->size(), 2U);
  const auto latest = *store_->records_as_of(day + 1);
  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].points, Points{9});
  EXPECT_EQ(store_->records_within({day, day})->at(0).standing,
            (Standing{Level::none, Level::low, 2}));
  EXPECT_EQ(store_->changes_of(0)->size(), 1U);
  EXPECT_EQ(store_->changes_within({day, day})->size(), 0U);
  EXPECT_EQ(*store_->corrections_of(5), step.corrections);
  ASSERT_TRUE(store_->forget_published());
  EXPECT_TRUE(store_->published_days()->empty());
  EXPECT_TRUE(store_->calibrations()->empty());
}

TEST_P(StoreConformance, forgets_from_a_day_on_and_publishes_that_anew_at_once) {
  const Day day{20'000};
  const auto made_on = [](Day on) {
    return Calibration{on,
                       1,
                       2,
                       3,
                       44,
                       CutBasis::churn,
                       HighGuard::fence,
                       Cuts{Points{10}, Points{20}, Points{30}}};
  };
  PublishStep step{{"hash", "{}"}, {made_on(day - 1), made_on(day)}, {}, {}, {}, {}};
  for (int at = 0; at < 3; ++at) {
    step.days.push_back({day + at, "hash", day - 1, {}});
    step.records.push_back({0, day + at, Points{at}, Level::low, {Level::low, {}, 0}});
    step.changes.push_back({day + at, 0, Level::none, Level::low, {}, {}});
    step.corrections.push_back({day + (at - 1), 0, Points{1}, Points{2}});
  }
  step.merges = {{0, 1, day, day + 1}, {2, 1, day + 1, {}}};
  ASSERT_TRUE(store_->publish(step));
  ASSERT_TRUE(
      store_->mark_days({{day, "all events", false, false}, {day + 1, "no login", false, false}}));

  PublishStep anew{{"hash", "{}"}, {}, {{day + 1, "hash", day - 1, {}}}, {}, {}, {}};
  anew.anew_from = day + 1;
  anew.marks = {{day + 1, "no login", false, true}};
  ASSERT_TRUE(store_->publish(anew));
  reopen();
  EXPECT_EQ(store_->published_days()->size(), 2U);
  EXPECT_EQ(*store_->calibrations(), std::vector<Calibration>{made_on(day - 1)});
  EXPECT_EQ(store_->records_of(0)->size(), 1U);
  EXPECT_EQ(store_->changes_of(0)->size(), 1U);
  EXPECT_EQ(store_->corrections_of(0)->size(), 1U);
  const auto merges = *store_->published_merges();
  ASSERT_EQ(merges.size(), 1U);
  EXPECT_FALSE(merges[0].parted_day);
  EXPECT_EQ(*store_->incomplete_days(),
            (std::vector<IncompleteDay>{{day, "all events", false, false},
                                        {day + 1, "no login", false, true}}));
}

TEST_P(StoreConformance, a_view_beside_sees_one_moment_or_the_newest) {
  ImportStep step;
  step.import.number = 1;
  step.new_accounts = {"acme"};
  step.new_event_names = {"login"};
  step.intake.events.add({.account = 0, .at = Instant{}, .name = 0});
  ASSERT_TRUE(store_->append(step));
  const auto moment = *store_->beside(Reads::one_moment);
  const auto newest = *store_->beside(Reads::newest);
  ImportStep more;
  more.import.number = 2;
  more.new_accounts = {"newcomer"};
  more.intake.events.add({.account = 1, .at = Instant{}, .name = 0});
  ASSERT_TRUE(store_->append(more));
  const auto events_seen = [](Store& store) {
    std::size_t events = 0;
    EXPECT_TRUE(store.read_events(
        {}, 1, [&](const EventColumns& columns, unsigned) { events += columns.at.size(); }));
    return events;
  };
  EXPECT_EQ(moment->account_ids()->size(), 1U);
  EXPECT_EQ(events_seen(*moment), 1U);
  EXPECT_EQ(newest->account_ids()->size(), 2U);
  EXPECT_EQ(events_seen(*newest), 2U);
  // What a view of one moment changes is not kept; what another publishes is.
  ASSERT_TRUE(moment->keep_evidence(Day{1}, "{}"));
  ASSERT_TRUE(newest->mark_days({{Day{20'000}, "all events", false, false}}));
  EXPECT_TRUE(moment->incomplete_days()->empty());
  EXPECT_EQ(store_->incomplete_days()->size(), 1U);
  EXPECT_FALSE(store_->evidence_of(Day{1})->has_value());
}

TEST_P(StoreConformance, a_step_that_fails_leaves_no_trace) {
  PublishStep step{{"hash", "{}"}, {}, {{Day{20'000}, "hash", {}, {}}}, {}, {}, {}};
  ASSERT_TRUE(store_->publish(step));
  PublishStep again = step;
  again.definition = {"other", "{}"};
  again.changes = {{Day{20'000}, 0, Level::none, Level::low, {}, {}}};
  EXPECT_EQ(store_->publish(again).error().kind, ErrorKind::conflict);
  EXPECT_FALSE(store_->definition("other")->has_value());
  EXPECT_TRUE(store_->changes_of(0)->empty());
}

TEST_P(DuckdbStore, a_log_torn_anywhere_gives_a_whole_step_or_none) {
  // More rows than a row group: such a commit is written past the log.
  constexpr int kEvents = 130'000;
  std::vector<int> messages;
  for (int message = 1; message <= kEvents; ++message) messages.push_back(message);
  ASSERT_TRUE(store_->append(step_of(1, messages)));
  const std::string log = file().string() + ".wal";
  const auto whole = std::filesystem::file_size(log);
  const TemporaryFolder other;
  const auto copy = other.path() / "s.duckdb";
  int whole_steps = 0;
  for (const std::uintmax_t cut : std::initializer_list<std::uintmax_t>{0, 1, 9, 20, 60, 300}) {
    std::filesystem::remove_all(copy.parent_path() / "messages");
    std::filesystem::copy_file(file(), copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(log, copy.string() + ".wal",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy.string() + ".wal", whole - cut);
    const auto torn = open_duckdb_store(copy);
    ASSERT_TRUE(torn) << torn.error().message;
    const bool has_step = (*torn)->last_import()->has_value();
    EXPECT_EQ(*(*torn)->event_count(), has_step ? kEvents : 0) << cut;
    whole_steps += has_step ? 1 : 0;
  }
  EXPECT_EQ(whole_steps, 1);
}

TEST_P(DuckdbStore, refuses_a_file_of_a_newer_program) {
  store_.reset();
  {
    auto database = duck::Database::open(file());
    auto connection = database->connect();
    ASSERT_TRUE(connection->run("INSERT INTO migration VALUES (99), (100)"));
  }
  const auto opened = open_duckdb_store(file());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::conflict);
  EXPECT_NE(opened.error().message.find("written by a newer Tidemark"), std::string::npos);
}

TEST(Control, closes_what_a_dead_run_left_open) {
  const TemporaryFolder folder;
  {
    const auto control = Control::open(folder.path() / "c.sqlite");
    ASSERT_TRUE(control);
    ASSERT_TRUE((*control)->begin("import", Instant{std::chrono::hours{1}}));
  }
  const auto control = Control::open(folder.path() / "c.sqlite");
  const auto number = (*control)->begin("score", Instant{std::chrono::hours{2}});
  ASSERT_TRUE((*control)->end(*number, "published 3 days", Instant{std::chrono::hours{3}}));
  const auto journal = *(*control)->journal(10);
  ASSERT_EQ(journal.size(), 2U);
  EXPECT_EQ(journal[0].outcome, "published 3 days");
  EXPECT_EQ(journal[0].ended, Instant{std::chrono::hours{3}});
  EXPECT_NE(journal[1].outcome.find("killed or crashed"), std::string::npos);
}

}  // namespace
}  // namespace tidemark
