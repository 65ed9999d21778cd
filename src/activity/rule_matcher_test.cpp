#include "activity/rule_matcher.h"

#include <map>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

/// Properties without nesting.
class PlainProperties final : public Properties {
 public:
  explicit PlainProperties(std::map<std::string, PropertyValue, std::less<>> values)
      : values_(std::move(values)) {}
  PropertyValue value_of(std::string_view name) const override {
    const auto found = values_.find(name);
    return found == values_.end() ? PropertyValue() : found->second;
  }

 private:
  std::map<std::string, PropertyValue, std::less<>> values_;
};

const PlainProperties kProperties({{"text", "external"},
                                   {"two", 2.0},
                                   {"two_as_text", "2"},
                                   {"yes", true},
                                   {"yes_as_text", "true"},
                                   {"list", std::vector<std::string>{"a", "bc"}},
                                   {"many", "many"}});

TEST(Holds, compares_by_kind) {
  struct Case {
    const char* property;
    PropertyTest test;
    std::vector<Comparand> wanted;
    bool holds;
  };
  const Case cases[] = {
      {"text", PropertyTest::is, {"external"}, true},
      {"text", PropertyTest::is, {"extern"}, false},
      {"text", PropertyTest::is_not, {"internal"}, true},
      {"absent", PropertyTest::is, {"external"}, false},
      {"absent", PropertyTest::is_not, {"external"}, true},
      // A text counts as a number or a boolean where it is spelled as one; not the other way round.
      {"two", PropertyTest::is, {2.0}, true},
      {"two_as_text", PropertyTest::is, {2.0}, true},
      {"two", PropertyTest::is, {"2"}, false},
      {"yes", PropertyTest::is, {true}, true},
      {"yes_as_text", PropertyTest::is, {true}, true},
      {"yes", PropertyTest::is, {"true"}, false},
      {"yes", PropertyTest::is, {1.0}, false},
      {"text", PropertyTest::one_of, {"internal", "external"}, true},
      {"two", PropertyTest::one_of, {"2", 2.0}, true},
      {"absent", PropertyTest::one_of, {"internal"}, false},
      {"text", PropertyTest::contains, {"tern"}, true},
      {"list", PropertyTest::contains, {"bc"}, true},
      {"list", PropertyTest::contains, {"b"}, false},
      {"two", PropertyTest::contains, {"2"}, false},
      {"text", PropertyTest::matches, {"^ext"}, true},
      {"text", PropertyTest::matches, {"^tern"}, false},
      {"text", PropertyTest::matches, {"tern"}, true},
      {"two", PropertyTest::matches, {"2"}, false},
      {"two", PropertyTest::at_least, {2.0}, true},
      {"two_as_text", PropertyTest::at_least, {1.5}, true},
      {"two", PropertyTest::at_least, {2.5}, false},
      {"many", PropertyTest::at_least, {0.0}, false},
      {"many", PropertyTest::at_most, {9.0}, false},
      {"absent", PropertyTest::at_most, {9.0}, false},
      {"two", PropertyTest::at_most, {2.0}, true},
      {"text", PropertyTest::exists, {true}, true},
      {"absent", PropertyTest::exists, {true}, false},
      {"absent", PropertyTest::exists, {false}, true},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(holds({one.property, one.test, one.wanted}, kProperties), one.holds)
        << one.property << " " << static_cast<int>(one.test);
  }
}

TEST(RuleMatcher, needs_all_of_where_and_none_of_unless_of_any_pattern) {
  const Condition is_external{"text", PropertyTest::is, {"external"}};
  const Condition is_two{"two", PropertyTest::is, {2.0}};
  const auto matches = [](const EventPattern& pattern) {
    return RuleMatcher({{pattern}}).matches("report_shared", kProperties);
  };
  EXPECT_TRUE(matches({NameTest::is, "report_shared", {is_external, is_two}, {}}));
  EXPECT_FALSE(matches({NameTest::is, "report_shared", {is_external}, {is_two}}));
  EXPECT_FALSE(matches({NameTest::is, "report_viewed", {}, {}}));
  EXPECT_TRUE(matches({NameTest::starts_with, "report_", {}, {}}));
  EXPECT_TRUE(matches({NameTest::matches, "shared$", {}, {}}));
  const RuleMatcher either(
      {{{NameTest::is, "report_viewed", {}, {}}, {NameTest::is, "report_shared", {}, {}}}});
  EXPECT_TRUE(either.matches("report_shared", kProperties));
}

TEST(RuleMatcher, knows_for_which_names_properties_matter) {
  using OfName = RuleMatcher::OfName;
  const Condition is_two{"two", PropertyTest::is, {2.0}};
  const RuleMatcher matcher({{{NameTest::is, "a", {}, {}},
                              {NameTest::starts_with, "a", {is_two}, {}},
                              {NameTest::starts_with, "b", {}, {is_two}}}});
  EXPECT_EQ(matcher.of_name("a"), OfName::always);
  EXPECT_EQ(matcher.of_name("ab"), OfName::depends);
  EXPECT_EQ(matcher.of_name("bc"), OfName::depends);
  EXPECT_EQ(matcher.of_name("c"), OfName::never);
}

}  // namespace
}  // namespace tidemark
