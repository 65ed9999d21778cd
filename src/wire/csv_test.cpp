#include "wire/csv.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Csv, are_read_back_from_csv_as_they_were) {
  const TableRows table{{{"id"}, {"said, \"so\""}},
                        {{"a", " with spaces "}, {"b,c", "two\nlines"}, {"", "\"quoted\""}}};
  const std::string text = csv_of(table);
  EXPECT_EQ(text.substr(0, text.find('\n')), "id,\"said, \"\"so\"\"\"");
  EXPECT_EQ(rows_of_csv(text), (Rows{{"id", "said, \"so\""},
                                     {"a", " with spaces "},
                                     {"b,c", "two\nlines"},
                                     {"", "\"quoted\""}}));
}

TEST(Csv, are_read_from_what_others_write) {
  EXPECT_EQ(rows_of_csv("\"a\",\"b\"\r\n1,\r\n"), (Rows{{"a", "b"}, {"1", ""}}));
  EXPECT_EQ(rows_of_csv("a,b"), (Rows{{"a", "b"}}));
  EXPECT_TRUE(rows_of_csv("").empty());
  EXPECT_FALSE(rows_of_csv("\"open").empty());
}

}  // namespace
}  // namespace tidemark
