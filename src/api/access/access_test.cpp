#include <gtest/gtest.h>

#include "api/access/gate.h"
#include "api/access/password.h"
#include "api/access/sign_in_limit.h"

namespace tidemark {
namespace {

class HandClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  void pass(std::chrono::seconds time) { now_ += time; }

 private:
  Instant now_{std::chrono::days{20'000}};
};

TEST(Passwords, are_kept_as_hashes_that_only_they_fit) {
  const std::string hash = password_hash("four short words here");
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=32768,t=2,p=1$")) << hash;
  EXPECT_NE(hash, password_hash("four short words here"));
  EXPECT_TRUE(is_password_of("four short words here", hash));
  EXPECT_FALSE(is_password_of("four short words her", hash));
  EXPECT_FALSE(is_password_of("nobody has this password", ""));
}

TEST(Passwords, that_are_tried_first_are_refused) {
  EXPECT_NE(password_problem("short", ""), "");
  EXPECT_NE(password_problem("aaaaaaaaaaaaaaaa", ""), "");
  EXPECT_NE(password_problem("MyPassword2026", ""), "");
  EXPECT_NE(password_problem("anabelle-forever", "anabelle@example.com"), "");
  EXPECT_NE(password_problem("abcde" + std::string(200, 'x'), ""), "");
  EXPECT_EQ(password_problem("four short words here", "ana@example.com"), "");
}

TEST(SignInLimit, locks_longer_with_each_wrong_password) {
  HandClock clock;
  SignInLimit limit(clock);
  for (int tries = 0; tries < 5; ++tries) {
    EXPECT_FALSE(limit.locked_for("Ana@example.com"));
    limit.failed("ana@Example.com");
  }
  EXPECT_EQ(limit.locked_for("ana@example.com"), std::chrono::seconds{60});
  EXPECT_FALSE(limit.locked_for("bo@example.com"));
  clock.pass(std::chrono::seconds{60});
  EXPECT_FALSE(limit.locked_for("ana@example.com"));
  limit.failed("ana@example.com");
  EXPECT_EQ(limit.locked_for("ana@example.com"), std::chrono::seconds{120});
  for (int tries = 0; tries < 20; ++tries) limit.failed("ana@example.com");
  EXPECT_EQ(limit.locked_for("ana@example.com"), std::chrono::seconds{3600});
  limit.succeeded("ana@example.com");
  EXPECT_FALSE(limit.locked_for("ana@example.com"));
}

TEST(PublicPlace, answers_to_its_own_names_only) {
  const PublicPlace here{"127.0.0.1", "", 8080};
  EXPECT_TRUE(here.answers_to("127.0.0.1:8080"));
  EXPECT_TRUE(here.answers_to("localhost:8080"));
  EXPECT_TRUE(here.answers_to("[::1]:8080"));
  EXPECT_FALSE(here.answers_to("evil.example:8080"));
  EXPECT_FALSE(here.answers_to("localhost.evil.example"));
  EXPECT_FALSE(here.answers_to("127.0.0.1.evil.example"));
  EXPECT_FALSE(here.answers_to("192.168.1.2:8080"));
  EXPECT_FALSE(here.answers_to(""));
  const PublicPlace proxied{"0.0.0.0", "https://tidemark.example.com/", 8080};
  EXPECT_TRUE(proxied.answers_to("tidemark.example.com"));
  EXPECT_TRUE(proxied.answers_to("192.168.1.2:8080"));
  EXPECT_FALSE(proxied.answers_to("example.com"));
  EXPECT_EQ(proxied.url(), "https://tidemark.example.com");
  EXPECT_TRUE(proxied.is_encrypted());
}

}  // namespace
}  // namespace tidemark
