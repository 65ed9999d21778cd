#include "wire/play_toml.h"

#include <gtest/gtest.h>

#include "model/play.h"

namespace tidemark {
namespace {

TEST(PlayToml, says_all_that_a_play_can_say) {
  const auto plays = parse_plays(R"toml(
[[play]]
name = "Call"
when = { falls_from = "high", falls_to = ["low", "none"] }
where = [ { property = "plan", is = "team" } ]
unless = [ { property = "is_partner", is = true } ]
with_new = true
onboarded = false
do = "Call."
message = "{account}: {reason} ({property.plan})"
to = "team"
most_a_week = 20
owner = "owner"
most_an_owner = 5
again_after_days = 30
hold_out_percent = 20
hours = "08:00-17:30"
only_weekdays = true
rank_by = "mrr"

[[play]]
name = "Wake"
when = { stays_in = "none", for_days = 14 }
)toml",
                                 "plays.toml");
  ASSERT_TRUE(plays) << plays.error().message;
  Play call;
  call.name = "Call";
  call.trigger = PlayTrigger::falls;
  call.from = {Level::high};
  call.to = {Level::low, Level::none};
  call.where = {{"plan", PropertyTest::is, {"team"}}};
  call.unless = {{"is_partner", PropertyTest::is, {true}}};
  call.with_new = true;
  call.onboarded = false;
  call.ask = "Call.";
  call.message = "{account}: {reason} ({property.plan})";
  call.destination = "team";
  call.most_a_week = 20;
  call.owner = "owner";
  call.most_an_owner = 5;
  call.again_after_days = 30;
  call.hold_out_percent = 20;
  call.hours = {8 * 60, 17 * 60 + 30, true};
  call.rank_by = "mrr";
  EXPECT_EQ(plays->at(0), call);
  Play wake;
  wake.name = "Wake";
  wake.trigger = PlayTrigger::stays;
  wake.to = {Level::none};
  wake.days = 14;
  EXPECT_EQ(plays->at(1), wake);
  EXPECT_EQ(play_words(call),
            "When an account falls from high to low or none, if its properties meet 2 conditions, "
            "while it is not onboarded, new ones too; 20 a week at most; 5 a week for each owner "
            "at most; "
            "20 % are held out to tell whether it helps.");
}

TEST(PlayToml, what_joins_says_whom) {
  const auto plays = parse_plays(
      "[[play]]\nname = \"Welcome\"\nwhen = { joins = true }\n"
      "where = [ { property = \"plan\", is = \"team\" } ]\n",
      "plays.toml");
  ASSERT_TRUE(plays) << plays.error().message;
  EXPECT_EQ(plays->front().trigger, PlayTrigger::joins);
  for (const char* wrong :
       {"when = { joins = true }\n", "when = { joins = true, for_days = 3 }\n",
        "when = { joins = false }\nwhere = [ { property = \"plan\", is = \"team\" } ]\n"}) {
    EXPECT_FALSE(parse_plays(std::string("[[play]]\nname = \"Welcome\"\n") + wrong, "plays.toml"))
        << wrong;
  }
}

TEST(PlayToml, says_what_is_wrong_and_where) {
  const std::string when = "[[play]]\nname = \"a\"\nwhen = { falls_from = \"high\" }\n";
  for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
           {"[[play]]\nname = \"a\"\n", "p.toml:1:1: a play needs its when"},
           {"[[play]]\nwhen = { falls_from = \"high\" }\n", "name"},
           {"[[play]]\nname = \"a\"\nwhen = { falls_from = \"hihg\" }\n",
            "p.toml:3:23: falls_from \"hihg\" is no level; did you mean \"high\"?"},
           {"[[play]]\nname = \"a\"\nwhen = { falls_from = \"high\", chance_above = 3 }\n",
            "when is one of"},
           {"[[play]]\nname = \"a\"\nwhen = { chance_above = 100 }\n",
            "chance_above is a whole number from 1 to 99"},
           {when + "mesage = \"x\"\n", "unknown key \"mesage\"; did you mean \"message\"?"},
           {when + "message = \"{acount} left\"\n",
            "{acount} is nothing that can be filled in; did you mean \"account\"?"},
           {when + "hours = \"18:00-08:00\"\n", "p.toml:4:9: hours are those of a day"},
           {when + "hours = \"8-18\"\n", "hours are those of a day"},
           {when + "most_an_owner = 3\n", "most_an_owner needs the property"},
           {when + when, "two plays are named \"a\""},
           {"play = 3\n", "[[play]]"},
           {"[[play]\n", "p.toml:1:"},
       }) {
    const auto plays = parse_plays(text, "p.toml");
    ASSERT_FALSE(plays) << text;
    EXPECT_NE(plays.error().message.find(said), std::string::npos) << text << "\n"
                                                                   << plays.error().message;
  }
}

}  // namespace
}  // namespace tidemark
