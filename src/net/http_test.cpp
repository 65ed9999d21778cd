#include "net/http.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Http, decodes_forms) {
  EXPECT_EQ(form_field("a=1&data=%7B%22x%22%3A+1%7D&b", "data"), R"({"x": 1})");
  EXPECT_EQ(form_field("a=1&data=%7B", "none"), "");
  EXPECT_EQ(form_field("&&=&b", "b"), "");
  EXPECT_EQ(decoded_form_text("%zz%4"), "%zz%4");
  EXPECT_EQ(decoded_form_text(encoded_form_text("a&b= +%ü")), "a&b= +%ü");
}

TEST(Http, decodes_base64_of_either_alphabet_padded_or_not) {
  const std::string text = "hi" + std::string(3, '?') + ">";
  EXPECT_EQ(decoded_base64("aGk/Pz8+"), text);
  EXPECT_EQ(decoded_base64("aGk_Pz8-"), text);
  EXPECT_EQ(decoded_base64("aA=="), "h");
  EXPECT_EQ(decoded_base64("aA"), "h");
  EXPECT_EQ(decoded_base64("aG\r\nk="), "hi");
  EXPECT_EQ(decoded_base64("{}"), "");
}

TEST(Http, finds_headers_in_any_case) {
  HttpRequest request;
  request.headers = {{"Content-Type", "text/plain"}};
  EXPECT_EQ(request.header("content-type"), "text/plain");
  EXPECT_EQ(request.header("content"), "");
}

}  // namespace
}  // namespace tidemark
