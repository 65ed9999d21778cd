#include "deliver/webhook_signature.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

TEST(WebhookSignature, is_that_of_the_specification) {
  const Instant at{std::chrono::seconds{1'614'265'330}};
  EXPECT_EQ(
      webhook_signature(kSecret, "", "msg_p5jXN8AQM9LWM0D4loKWxJek", at, R"({"test": 2432232314})"),
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, is_by_both_secrets_while_one_is_replaced) {
  const Instant at{std::chrono::seconds{1}};
  const std::string other = make_signing_secret();
  const std::string alone = webhook_signature(kSecret, "", "id", at, "{}");
  EXPECT_EQ(webhook_signature(other, kSecret, "id", at, "{}"),
            webhook_signature(other, "", "id", at, "{}") + " " + alone);
}

TEST(WebhookSignature, needs_a_secret_of_some_length) {
  EXPECT_TRUE(check_signing_secret(kSecret));
  EXPECT_TRUE(check_signing_secret(make_signing_secret()));
  EXPECT_NE(make_signing_secret(), make_signing_secret());
  EXPECT_FALSE(check_signing_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_FALSE(check_signing_secret("whsec_c2hvcnQ="));
  EXPECT_FALSE(check_signing_secret(""));
}

}  // namespace
}  // namespace tidemark
