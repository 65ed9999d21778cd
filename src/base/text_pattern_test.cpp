#include "base/text_pattern.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Regex, is_found_anywhere) {
  const auto regex = Regex::compile("^report_(created|shared)$");
  ASSERT_TRUE(regex);
  EXPECT_TRUE(regex->is_found_in("report_shared"));
  EXPECT_FALSE(regex->is_found_in("my report_shared"));
  EXPECT_TRUE(Regex::compile("b+")->is_found_in("abbc"));
}

TEST(Regex, says_what_is_wrong) {
  const auto regex = Regex::compile("a(");
  ASSERT_FALSE(regex);
  EXPECT_EQ(regex.error().message, "\"a(\" is no regular expression: missing ): a(");
}

TEST(FitsGlob, takes_a_star_for_any_text) {
  for (const auto& [pattern, text, fits] : {std::tuple{"*@ours.com", "ann@ours.com", true},
                                            {"*@ours.com", "ann@ours.com.example", false},
                                            {"*@ours.com", "@ours.com", true},
                                            {"test-*", "test-", true},
                                            {"test-*", "a-test-1", false},
                                            {"a*b*c", "a--b--b-c", true},
                                            {"a*b*c", "acb", false},
                                            {"a*a", "a", false},
                                            {"*", "", true},
                                            {"**", "x", true},
                                            {"plain", "plain", true},
                                            {"plain", "plainer", false},
                                            {"a.c", "abc", false},
                                            {"", "", true}}) {
    EXPECT_EQ(fits_glob(pattern, text), fits) << pattern << " " << text;
  }
}

}  // namespace
}  // namespace tidemark
