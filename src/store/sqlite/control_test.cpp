#include "store/sqlite/control.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "tests/support/temporary_folder.h"

namespace tidemark {
namespace {

constexpr Instant kNow{std::chrono::days{20'000}};

class ControlTest : public ::testing::Test {
 protected:
  void open() {
    auto opened = Control::open(file_);
    ASSERT_TRUE(opened) << opened.error().message;
    control_ = *std::move(opened);
  }
  void SetUp() override { open(); }

  Person owner(const std::string& email) {
    EXPECT_TRUE(control_->people().invite(
        {"hash of " + email, email, Access::owner, kNow, kNow + std::chrono::hours{1}}));
    const auto made =
        control_->people().accept("hash of " + email, {0, email, "O", {}, "p", {}, {}}, kNow);
    EXPECT_TRUE(made) << made.error().message;
    return *made;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "control.sqlite";
  std::unique_ptr<Control> control_;
};

TEST_F(ControlTest, an_invitation_lets_one_person_in_once) {
  People& people = control_->people();
  ASSERT_TRUE(people.invite({"one", "", Access::owner, kNow, kNow + std::chrono::hours{1}}));
  ASSERT_TRUE(people.invite({"two", "", Access::owner, kNow, kNow + std::chrono::hours{1}}));
  const Person ana{0, "ana@example.com", "Ana", {}, "p", {}, {}};
  EXPECT_FALSE(people.accept("one", ana, kNow));  // a newer link of the same e-mail was made
  EXPECT_FALSE(people.accept("two", ana, kNow + std::chrono::hours{2}));
  const auto made = people.accept("two", ana, kNow);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->access, Access::owner);
  EXPECT_FALSE(people.accept("two", ana, kNow));
  EXPECT_EQ((*people.of_email("ANA@example.com"))->name, "Ana");
  ASSERT_TRUE(people.invite({"three", "Ana@Example.com", {}, kNow, kNow + std::chrono::hours{1}}));
  const auto again = people.accept("three", ana, kNow);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_F(ControlTest, somebody_stays_owner_and_who_changes_is_signed_out) {
  People& people = control_->people();
  const Person ana = owner("ana@example.com");
  ASSERT_TRUE(people.open_session({"s", ana.number, "c", kNow, kNow}));
  const auto changed = people.set_access(ana.number, Access::owner, Access::read);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::conflict);
  EXPECT_FALSE(people.remove(ana.number));
  EXPECT_TRUE((*people.session("s")).has_value());  // nothing was half done
  owner("bo@example.com");
  EXPECT_FALSE(people.set_password(ana.number, "p", "q", "another session"));
  EXPECT_FALSE(people.set_password(ana.number, "not p", "q", "s"));
  EXPECT_TRUE(people.set_password(ana.number, "p", "q", "s"));
  ASSERT_TRUE(people.set_access(ana.number, Access::owner, Access::read));
  EXPECT_FALSE(people.set_access(ana.number, Access::owner, Access::admin));
  EXPECT_FALSE(people.set_password(ana.number, "q", "r", "s"));  // signed out meanwhile
  EXPECT_FALSE((*people.session("s")).has_value());
  EXPECT_EQ((*people.of_number(ana.number))->access, Access::read);
  ASSERT_TRUE(people.remove(ana.number));
  EXPECT_EQ(people.all()->size(), 1U);
}

TEST_F(ControlTest, an_audit_log_tells_where_it_was_tampered_with) {
  for (int at = 0; at < 5; ++at) {
    ASSERT_TRUE(control_->audit().add({0, kNow, "ana", "key.create", "k", "", "v", ""}));
  }
  EXPECT_FALSE((*control_->audit().first_broken()).has_value());
  const auto entries = control_->audit().read(5, 2);
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->front().number, 4);
  EXPECT_EQ(entries->back().number, 3);
  for (const char* sql :
       {"UPDATE audit SET after = 'w' WHERE number = 3", "DELETE FROM audit WHERE number = 2"}) {
    control_.reset();
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &raw), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    open();
    EXPECT_EQ(*control_->audit().first_broken(), sql[0] == 'U' ? 3 : 2);
  }
}

TEST_F(ControlTest, is_readable_by_its_owner_alone) {
  using enum std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions(), owner_read | owner_write);
}

}  // namespace
}  // namespace tidemark
