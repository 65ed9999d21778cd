#include "wire/definition_toml.h"

#include "wire/definition_json.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

constexpr const char* kPlain = R"(
name = "Default"
engaged_day_points = 1.0
not_activity = ["email_bounced"]
[[action]]
name = "Report created"
when = { event = "report_created" }
points = 5.0
[[action]]
when = { event = "report_shared" }
points = 0.125
repeat = "every"
cap_per_day = 2
)";

TEST(ParseDefinition, reads_actions_and_fills_in_defaults) {
  const auto definition = parse_definition(kPlain, "tidemark.toml");
  ASSERT_TRUE(definition) << definition.error().message;
  EXPECT_EQ(definition->time_zone, "UTC");
  EXPECT_EQ(definition->engaged_day_points, Points{1000});
  ASSERT_EQ(definition->actions.size(), 2U);
  EXPECT_EQ(definition->actions[0], (Action{"Report created", Rule::of_event("report_created"),
                                            Points{5000}, Repeat::diminishing, 0}));
  EXPECT_EQ(definition->actions[1], (Action{"report_shared", Rule::of_event("report_shared"),
                                            Points{125}, Repeat::every, 2}));
}

TEST(DefinitionHash, survives_order_comments_and_spelled_out_defaults) {
  const auto plain = parse_definition(kPlain, "a");
  const auto other = parse_definition(R"(
# the same, written otherwise
not_activity = ["email_bounced", "email_bounced"]
engaged_day_points = 1
window_days = 30
time_zone = "UTC"
name = "Default"
action = [
  { points = 0.125, repeat = "every", when.event = "report_shared", cap_per_day = 2, name = "report_shared" },
  { name = "Report created", points = 5, repeat = "diminishing", when = { event = "report_created" } } ]
)",
                                      "b");
  ASSERT_TRUE(plain && other);
  EXPECT_EQ(canonical_definition(*plain), canonical_definition(*other));
  EXPECT_EQ(definition_hash(*plain), definition_hash(*other));
  EXPECT_EQ(definition_hash(*plain).size(), 64U);
  Definition changed = *plain;
  changed.actions[0].points = Points{5001};
  EXPECT_NE(definition_hash(changed), definition_hash(*plain));
}

TEST(CanonicalDefinition, can_be_read_back) {
  const auto plain = parse_definition(kPlain, "a");
  const auto read = parse_canonical_definition(canonical_definition(*plain));
  ASSERT_TRUE(read);
  EXPECT_EQ(definition_hash(*read), definition_hash(*plain));
  EXPECT_FALSE(parse_canonical_definition("{}"));
  EXPECT_FALSE(parse_canonical_definition("[1"));
}

TEST(ParseDefinition, names_what_is_wrong_and_where) {
  const std::string action = "[[action]]\nname = \"A\"\nwhen = { event = \"a\" }\n";
  const std::pair<std::string, const char*> bad[] = {
      {"name = ", "t.toml:1:"},
      {"", "no action earns points"},
      {"actoin = []\n" + action + "points = 1",
       "t.toml:1:1: unknown key \"actoin\"; did you mean \"action\"?"},
      {"näme = 1\n" + action + "points = 1", "t.toml:1:2"},
      {"window_days = 13\n" + action + "points = 1",
       "window_days is a whole number from 14 to 120"},
      {"time_zone = \"Mars/Base\"\n" + action + "points = 1",
       "t.toml:1:13: unknown time zone: Mars/Base"},
      {action + "points = -1", "points = -1: points are 0 to 1000"},
      {action + "points = 1000.001", "points = 1000.001: points are 0 to 1000"},
      {action + "points = 0.0001",
       "points = 0.0001: points are 0 to 1000 with at most three decimals"},
      {action + "points = nan", "points are 0 to 1000"},
      {action + "points = inf", "points are 0 to 1000"},
      {action + "points = \"5\"", "points must be a number"},
      {action, "action \"A\" needs points"},
      {action + "points = 1\ncap_per_day = 0", "cap_per_day is a whole number from 1 to 1000000"},
      {action + "points = 1\ncap_per_day = 1000001", "cap_per_day is a whole number"},
      {action + "points = 1\ncap_per_day = 2.5", "cap_per_day is a whole number"},
      {action + "points = 1\nrepeat = \"twice\"", "unknown repeat \"twice\""},
      {action + "points = 1\npoint = 2",
       "t.toml:5:1: unknown key \"point\"; did you mean \"points\"?"},
      {"[[action]]\npoints = 1", "an action needs its rule: when = { event"},
      {"[[action]]\nwhen = { event = \"\" }\npoints = 1", "when needs its event"},
      {"[[action]]\nwhen = { evnt = \"a\" }\npoints = 1", "unknown key \"evnt\""},
      {"[action]\npoints = 1", "action must be written as [[action]]"},
      {"not_activity = \"a\"\n" + action + "points = 1", "not_activity must be a list"},
      {"not_activity = [1]\n" + action + "points = 1", "not_activity holds texts in quotes"},
      {action + "points = 1\n[[action]]\nname = \"B\"\nwhen = { event = \"a\" }\npoints = 2",
       "two actions with the same rule: \"A\" and \"B\""},
      {action + "points = 1\n[[action]]\nname = \"A\"\nwhen = { event = \"b\" }\npoints = 2",
       "two actions are named \"A\""},
  };
  for (const auto& [text, error] : bad) {
    const auto definition = parse_definition(text, "t.toml");
    ASSERT_FALSE(definition) << text;
    EXPECT_NE(definition.error().message.find(error), std::string::npos)
        << text << "\nsaid: " << definition.error().message;
    EXPECT_EQ(definition.error().kind, ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace tidemark
