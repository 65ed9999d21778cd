#include "wire/json_properties.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(JsonProperties, are_found_by_whole_name_then_along_dots) {
  JsonProperties properties;
  properties.read(
      R"({"plan":{"name":"pro","seats":{"paid":5}},"plan.name":"flat","gone":null,"tags":["a",1,"b"]})");
  EXPECT_EQ(properties.value_of("plan.name"), PropertyValue("flat"));
  EXPECT_EQ(properties.value_of("plan.seats.paid"), PropertyValue(5.0));
  EXPECT_EQ(properties.value_of("plan"), PropertyValue());
  EXPECT_EQ(properties.value_of("gone"), PropertyValue());
  EXPECT_EQ(properties.value_of("tags"), PropertyValue(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(properties.value_of("tags.x"), PropertyValue());
  EXPECT_EQ(properties.value_of(""), PropertyValue());
}

TEST(JsonProperties, read_integers_beyond_64_bits) {
  JsonProperties properties;
  properties.read(R"({"id":100000000000000000000,"ok":true})");
  EXPECT_EQ(properties.value_of("ok"), PropertyValue(true));
  EXPECT_EQ(properties.value_of("id"), PropertyValue(1e20));
}

TEST(JsonProperties, of_what_is_no_object_are_none) {
  JsonProperties properties;
  for (const char* text : {"", "[1]", "3", "{", "{\"a\":}", "\xFF"}) {
    properties.read(R"({"a":1})");
    properties.read(text);
    EXPECT_EQ(properties.value_of("a"), PropertyValue()) << text;
  }
}

}  // namespace
}  // namespace tidemark
