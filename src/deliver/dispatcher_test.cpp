#include "deliver/dispatcher.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/sqlite/control.h"
#include "tests/support/temporary_folder.h"
#include "wire/json.h"

namespace tidemark {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Day kDay = kFirstDay + 28'000;

class SetClock final : public Clock {
 public:
  Instant now() const override { return at; }
  Instant at{seconds{1'825'500'800}};
};

class DispatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    control_ = *Control::open(folder_.path() / "control.sqlite");
    vault_.emplace(*Vault::open(folder_.path() / "secret.key"));
  }

  Dispatcher dispatcher_of(DestinationKind kind) {
    Destination destination;
    destination.name = "there";
    destination.kind = kind;
    destination.url = "https://example.com";
    destination.secret = vault_->sealed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    EXPECT_TRUE(outbox().add(destination));
    return {outbox(), *vault_, clock_, "there", {.send = [this](const ClientRequest& request) {
              return answer(request);
            }}};
  }

  void put_in(const std::string& id, const std::string& account, bool replaces = false) {
    Parcel parcel;
    parcel.id = id;
    parcel.account = account;
    parcel.day = kDay;
    parcel.body = Json{{"account", account}, {"id", id}}.dump();
    parcel.due = clock_.at;
    ASSERT_TRUE(outbox().fill(*outbox().destination("there"), kDay, {parcel}, replaces));
  }

  /// Sends until nothing is due before `until`, the clock at each next instant.
  void run(Dispatcher& dispatcher, Instant until) {
    for (;;) {
      const auto round = dispatcher.send_batch();
      ASSERT_TRUE(round) << round.error().message;
      const auto next = dispatcher.next_at();
      ASSERT_TRUE(next);
      if (!round->is_empty) continue;
      if (!*next || **next > until) break;
      ASSERT_GT(**next, clock_.at) << "it waits for nothing";
      clock_.at = **next;
    }
    clock_.at = until;
  }

  Result<HttpReply> answer(const ClientRequest& request) {
    sent_.emplace_back(clock_.at, request.body);
    if (removes_meanwhile_) {
      EXPECT_TRUE(outbox().remove("there"));
    }
    if (is_unreachable_) return Error{ErrorKind::unavailable, "no answer: it is away"};
    for (const std::string& word : poison_) {
      if (request.body.find(word) != std::string::npos)
        return HttpReply{poisoned_status_, "", "it chokes", {}};
    }
    if (!replies_.empty()) {
      const HttpReply reply = replies_.front();
      replies_.erase(replies_.begin());
      return reply;
    }
    return HttpReply{204, "", "", {}};
  }

  Outbox& outbox() { return control_->outbox(); }

  TemporaryFolder folder_;
  SetClock clock_;
  std::unique_ptr<Control> control_;
  std::optional<Vault> vault_;
  bool is_unreachable_ = false;
  bool removes_meanwhile_ = false;
  int poisoned_status_ = 500;
  std::vector<std::string> poison_;
  std::vector<HttpReply> replies_;
  std::vector<std::pair<Instant, std::string>> sent_;
};

TEST_F(DispatcherTest, what_is_silenced_is_neither_put_in_nor_tried_again) {
  auto dispatcher = dispatcher_of(DestinationKind::webhook);
  poison_ = {"bad"};
  poisoned_status_ = 400;
  put_in("1", "bad");
  run(dispatcher, clock_.at + minutes{1});
  ASSERT_EQ(outbox().counts("there")->dead, 1);
  put_in("2", "bad");
  ASSERT_TRUE(outbox().silence({"bad", "in dispute", "mara", clock_.at}));
  EXPECT_EQ(*outbox().retry("there", std::nullopt, clock_.at), 0);
  put_in("3", "bad");
  put_in("4", "good");
  const auto counts = outbox().counts("there");
  EXPECT_EQ(counts->waiting, 1);
  EXPECT_EQ(counts->dead, 0);
  ASSERT_TRUE(outbox().tell_again("bad"));
  put_in("5", "bad");
  EXPECT_EQ(outbox().counts("there")->waiting, 2);
}

TEST_F(DispatcherTest, what_was_made_for_other_settings_is_not_put_in) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  const Destination before = *outbox().destination("there");
  Destination after = before;
  after.fields = {{"tier", "level"}};
  ASSERT_TRUE(outbox().change(after));
  Parcel parcel;
  parcel.id = "1";
  parcel.account = "acme";
  parcel.body = "{}";
  ASSERT_TRUE(outbox().fill(before, kDay, {parcel}, true));
  EXPECT_EQ(outbox().counts("there")->waiting, 0);
  EXPECT_LE(outbox().destination("there")->filled_until, kFirstDay);
  ASSERT_TRUE(outbox().fill(*outbox().destination("there"), kDay, {parcel}, true));
  EXPECT_EQ(outbox().counts("there")->waiting, 1);
  EXPECT_EQ(outbox().destination("there")->filled_until, kDay);
}

TEST_F(DispatcherTest, of_where_an_account_stands_a_refused_one_makes_room_for_the_next) {
  auto dispatcher = dispatcher_of(DestinationKind::salesforce);
  replies_ = {
      {200, "", R"({"access_token":"t"})", {}},
      {200, "", R"([{"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING"}]}])", {}},
      {200, "", R"([{"success":true}])", {}}};
  put_in("1", "acme", true);
  run(dispatcher, clock_.at + minutes{1});
  ASSERT_EQ(outbox().counts("there")->dead, 1);
  put_in("2", "acme", true);
  run(dispatcher, clock_.at + minutes{1});
  EXPECT_EQ(outbox().counts("there")->dead, 0);  // nothing older is left to be tried again
  EXPECT_EQ(outbox().counts("there")->delivered, 1);
}

TEST_F(DispatcherTest, one_thing_that_always_fails_holds_up_its_account_alone) {
  auto dispatcher = dispatcher_of(DestinationKind::webhook);
  poison_ = {"bad"};
  put_in("1", "bad");
  put_in("2", "bad");
  for (int number = 0; number < 20; ++number) put_in(fmt::format("good {}", number), "good");
  run(dispatcher, clock_.at + minutes{1});
  const auto counts = outbox().counts("there");
  EXPECT_EQ(counts->delivered, 20);
  EXPECT_EQ(counts->waiting, 2);
  for (const auto& [at, body] : sent_)
    EXPECT_FALSE(body.find(R"("2")") != std::string::npos) << "out of order";
}

TEST_F(DispatcherTest, one_that_answers_nothing_is_asked_ever_less) {
  auto dispatcher = dispatcher_of(DestinationKind::webhook);
  is_unreachable_ = true;
  for (int number = 0; number < 500; ++number) {
    put_in(fmt::format("{}", number), fmt::format("account {}", number));
  }
  run(dispatcher, clock_.at + hours{1});
  EXPECT_LT(sent_.size(), 40U);
  EXPECT_GT(sent_.size(), 10U);
  // Back again, it has everything when the last that failed is due anew.
  is_unreachable_ = false;
  run(dispatcher, clock_.at + hours{6});
  EXPECT_EQ(outbox().counts("there")->delivered, 500);
}

TEST_F(DispatcherTest, waits_as_long_as_it_is_asked_to) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  replies_ = {{429, "", "slow down", {{"retry-after", "90"}}}};
  put_in("1", "a", true);
  const Instant begun = clock_.at;
  run(dispatcher, begun + seconds{5});
  put_in("2", "b", true);
  run(dispatcher, begun + minutes{5});
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[1].first, begun + seconds{90});
  EXPECT_EQ(outbox().counts("there")->delivered, 2);
}

TEST_F(DispatcherTest, takes_a_hundred_thousand_as_fast_as_the_vendor_allows) {
#ifdef TIDEMARK_SANITIZED
  constexpr int kAccounts = 5'000;  // sanitizers look at each step
#else
  constexpr int kAccounts = 100'000;
#endif
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  std::vector<Parcel> parcels;
  for (int number = 0; number < kAccounts; ++number) {
    Parcel parcel;
    parcel.id = parcel.account = fmt::format("account {}", number);
    parcel.day = kDay;
    parcel.body = R"({"engagement_level": "low"})";
    parcel.due = clock_.at;
    parcels.push_back(std::move(parcel));
  }
  ASSERT_TRUE(outbox().fill(*outbox().destination("there"), kDay, parcels, true));
  const Instant begun = clock_.at;
  run(dispatcher, begun + hours{1});
  // A hundred a request, five requests a second.
  ASSERT_EQ(sent_.size(), kAccounts / 100U);
  EXPECT_EQ(sent_.back().first - begun, std::chrono::milliseconds{200} * (kAccounts / 100 - 1));
  EXPECT_EQ(outbox().told("there")->size(), std::size_t{kAccounts});
  EXPECT_EQ(outbox().counts("there")->waiting, 0);
}

TEST_F(DispatcherTest, finds_what_is_at_fault_in_a_batch) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  poisoned_status_ = 400;
  poison_ = {"wrong 7\"", "wrong 61\""};
  for (int number = 0; number < 100; ++number) {
    put_in(fmt::format("{}", number), fmt::format("wrong {}", number), true);
  }
  run(dispatcher, clock_.at + minutes{1});
  EXPECT_EQ(outbox().counts("there")->delivered, 98);
  std::set<std::string> dead;
  for (const Parcel& parcel : *outbox().deliveries("there", ParcelState::dead, 10)) {
    dead.insert(parcel.account);
    EXPECT_EQ(parcel.problem, "HTTP 400: it chokes");
  }
  EXPECT_EQ(dead, (std::set<std::string>{"wrong 7", "wrong 61"}));
}

TEST_F(DispatcherTest, waits_between_halves_as_long_as_it_is_asked_to) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  replies_ = {{400, "", "one is wrong", {}}, {429, "", "slow down", {{"retry-after", "60"}}}};
  for (const char* account : {"a", "b", "c", "d"}) put_in(account, account, true);
  const Instant begun = clock_.at;
  run(dispatcher, begun + seconds{30});
  EXPECT_EQ(sent_.size(), 2U);
  run(dispatcher, begun + minutes{5});
  EXPECT_EQ(sent_[2].first, begun + seconds{60});
  EXPECT_EQ(outbox().counts("there")->delivered, 4);
}

TEST_F(DispatcherTest, tells_nothing_to_one_that_was_removed_meanwhile) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  put_in("1", "a", true);
  removes_meanwhile_ = true;
  ASSERT_TRUE(dispatcher.send_batch());
  EXPECT_EQ(sent_.size(), 1U);
  dispatcher_of(DestinationKind::hubspot);  // another one of that name
  EXPECT_TRUE(outbox().told("there")->empty());
}

TEST_F(DispatcherTest, pauses_with_the_words_of_one_that_lets_nobody_in) {
  auto dispatcher = dispatcher_of(DestinationKind::hubspot);
  replies_ = {{401, "", "token expired", {}}};
  put_in("1", "a", true);
  run(dispatcher, clock_.at + hours{1});
  EXPECT_EQ(sent_.size(), 1U);
  EXPECT_TRUE(outbox().destination("there")->is_paused);
  EXPECT_EQ(outbox().destination("there")->why_paused, "HTTP 401: token expired");
  ASSERT_TRUE(outbox().resume("there"));
  run(dispatcher, clock_.at + hours{1});
  EXPECT_EQ(outbox().counts("there")->delivered, 1);
}

}  // namespace
}  // namespace tidemark
