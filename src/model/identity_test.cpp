#include "model/identity.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace tidemark {
namespace {

Instant at(int hour) { return Instant{std::chrono::hours{hour}}; }

TEST(Identity, an_event_that_names_its_account_counts_for_it) {
  Identity identity;
  identity.belongs("ann", 1, at(0));
  EXPECT_EQ(identity.account_of(7, "ann", "", at(1)), 7U);
  EXPECT_EQ(identity.account_of(kNoAccount, "ann", "", at(1)), 1U);
  EXPECT_EQ(identity.account_of(kNoAccount, "ben", "", at(1)), kNoAccount);
}

TEST(Identity, a_user_keeps_the_account_they_had_then_and_the_first_before) {
  Identity identity;
  identity.belongs("ann", 2, at(20));
  identity.belongs("ann", 1, at(10));
  EXPECT_EQ(identity.account_of(kNoAccount, "ann", "", at(5)), 1U);
  EXPECT_EQ(identity.account_of(kNoAccount, "ann", "", at(19)), 1U);
  EXPECT_EQ(identity.account_of(kNoAccount, "ann", "", at(20)), 2U);
}

TEST(Identity, a_visitor_who_signs_in_brings_their_history) {
  Identity identity;
  identity.is_same({"visitor", "ann", at(10)});
  identity.is_same({"ann", "ann@acme.com", at(12)});
  identity.belongs("ann@acme.com", 3, at(30));
  EXPECT_EQ(identity.account_of(kNoAccount, "", "visitor", at(1)), 3U);
  EXPECT_EQ(identity.ids_of(3), (std::vector<std::string>{"ann", "ann@acme.com", "visitor"}));
  // The device is handed on.
  identity.is_same({"visitor", "ben", at(40)});
  identity.belongs("ben", 4, at(40));
  EXPECT_EQ(identity.account_of(kNoAccount, "", "visitor", at(39)), 3U);
  EXPECT_EQ(identity.account_of(kNoAccount, "", "visitor", at(41)), 4U);
}

TEST(Identity, circles_end) {
  Identity identity;
  identity.is_same({"a", "b", at(0)});
  identity.is_same({"b", "a", at(0)});
  EXPECT_EQ(identity.account_of(kNoAccount, "a", "", at(1)), kNoAccount);
  identity.belongs("a", 5, at(0));
  EXPECT_EQ(identity.account_of(kNoAccount, "b", "", at(1)), 5U);
  identity.merge(1, 2);
  identity.merge(2, 3);
  identity.merge(3, 1);
  EXPECT_EQ(identity.root_of(1), 3U);
  EXPECT_EQ(identity.members_of(3), (std::vector<AccountNumber>{1, 2, 3}));
}

TEST(Identity, an_account_merged_twice_takes_nobody_with_it) {
  Identity identity;
  identity.merge(1, 2);
  identity.merge(1, 3);
  EXPECT_EQ(identity.root_of(1), 2U);
  EXPECT_EQ(identity.root_of(2), 2U);
}

TEST(Identity, an_address_decides_where_nothing_else_is_known) {
  Identity identity;
  identity.has_domain("acme.example", 3);
  identity.has_email("u1", "acme.example");
  identity.has_email("cy@acme.example", "");  // whose address is a private one now
  identity.is_same({"visitor", "Ann@Acme.example", at(1)});
  for (const char* id : {"ann@acme.example", "Ann@Acme.example", "u1"}) {
    EXPECT_EQ(identity.account_of(kNoAccount, id, "", at(0)), 3U) << id;
  }
  EXPECT_EQ(identity.account_of(kNoAccount, "", "visitor", at(0)), 3U);
  EXPECT_EQ(identity.account_of(kNoAccount, "cy@acme.example", "", at(0)), kNoAccount);
  EXPECT_EQ(identity.account_of(kNoAccount, "ann@other.example", "", at(0)), kNoAccount);
  EXPECT_EQ(identity.ids_of(3), (std::vector<std::string>{"u1", "visitor"}));
  EXPECT_EQ(identity.domains_of(3), (std::vector<std::string>{"acme.example"}));
  identity.belongs("ann@acme.example", 4, at(9));
  EXPECT_EQ(identity.account_of(kNoAccount, "ann@acme.example", "", at(0)), 4U);
  identity.merge(3, 5);
  EXPECT_EQ(identity.account_of(kNoAccount, "u1", "", at(0)), 5U);
  EXPECT_EQ(identity.domains_of(5), (std::vector<std::string>{"acme.example"}));
  EXPECT_EQ(identity.merged(), (std::vector<std::pair<AccountNumber, AccountNumber>>{{3, 5}}));
}

/// What was said, in a list that is searched from the start for every question.
struct SlowIdentity {
  struct Belonging {
    std::string id;
    AccountNumber account;
    Instant since;
  };
  std::vector<Belonging> belongings;
  std::vector<Alias> aliases;

  AccountNumber account_of(const std::string& id, Instant when, int aliases_left = 16) const {
    // The person decides, if they belong anywhere; else the id itself.
    const Alias* next = nullptr;
    for (const Alias& alias : aliases) {
      if (alias.id != id) continue;
      const auto is_better = [&] {
        if (next == nullptr) return true;
        const bool is_before = alias.since <= when;
        if (is_before != (next->since <= when)) return is_before;
        if (alias.since != next->since) return (alias.since > next->since) == is_before;
        return alias.user > next->user;
      };
      if (is_better()) next = &alias;
    }
    if (next != nullptr && aliases_left > 0) {
      const AccountNumber of_person = account_of(next->user, when, aliases_left - 1);
      if (of_person != kNoAccount) return of_person;
    }
    const Belonging* holding = nullptr;
    for (const Belonging& belonging : belongings) {
      if (belonging.id != id) continue;
      const bool is_before = belonging.since <= when;
      if (holding == nullptr || is_before != (holding->since <= when)
              ? holding == nullptr || is_before
              : (belonging.since > holding->since) == is_before) {
        holding = &belonging;
      }
    }
    return holding == nullptr ? kNoAccount : holding->account;
  }
};

TEST(Identity, equals_a_slow_model_in_any_order_of_what_was_said) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Random random(seed);
    SlowIdentity slow;
    // Ids point upwards only: the model knows no circles.
    const auto id = [](int number) { return std::string(1, static_cast<char>('a' + number)); };
    for (int count = random.below(12); count > 0; --count) {
      const int from = random.below(5);
      slow.aliases.push_back({id(from), id(from + 1 + random.below(3)), at(random.below(10))});
    }
    for (int count = random.below(8); count > 0; --count) {
      // One belonging an instant: of two the later said holds, which is no matter of the model.
      slow.belongings.push_back(
          {id(random.below(8)), static_cast<AccountNumber>(random.below(4)), at(count)});
    }
    for (int order = 0; order < 3; ++order) {
      Identity identity;
      for (const auto& belonging : slow.belongings) {
        identity.belongs(belonging.id, belonging.account, belonging.since);
      }
      for (const Alias& alias : slow.aliases) identity.is_same(alias);
      for (int who = 0; who < 8; ++who) {
        for (int hour = 0; hour < 12; ++hour) {
          ASSERT_EQ(identity.account_of(kNoAccount, id(who), "", at(hour)),
                    slow.account_of(id(who), at(hour)))
              << "seed " << seed << ", " << id(who) << " at " << hour;
        }
      }
      for (std::size_t last = slow.aliases.size(); last > 1; --last) {
        std::swap(slow.aliases[last - 1],
                  slow.aliases[static_cast<std::size_t>(random.below(static_cast<int>(last)))]);
      }
      std::ranges::reverse(slow.belongings);
    }
  }
}

}  // namespace
}  // namespace tidemark
