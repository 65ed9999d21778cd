#include <gtest/gtest.h>

#include "api/access/caller.h"
#include "api/openapi.h"
#include "api/route.h"
#include "wire/json.h"

namespace tidemark {
namespace {

TEST(Routes, are_those_that_are_described) {
  const Json described = Json::parse(open_api());
  std::size_t operations = 0;
  for (const auto& [path, methods] : described["paths"].items()) operations += methods.size();
  EXPECT_EQ(operations, routes().size());
  for (const Route& route : routes()) {
    const std::string path = "/api/v1" + std::string(route.path);
    std::string method(route.method);
    for (char& letter : method) letter = static_cast<char>(std::tolower(letter));
    ASSERT_TRUE(described["paths"].contains(path)) << path;
    ASSERT_TRUE(described["paths"][path].contains(method)) << method << path;
    const Json& operation = described["paths"][path][method];
    const std::string words = operation.value("description", "");
    const bool is_open = route.needs == Access::none;
    EXPECT_EQ(operation["security"].empty(), is_open) << path;
    if (is_open) continue;
    const std::string needs = "Needs " + std::string(scope_name(route.needs)) + " access.";
    EXPECT_NE(words.find(needs), std::string::npos) << method << path << ": " << needs;
  }
}

TEST(Routes, are_found_by_method_and_path) {
  const FoundRoute one = find_route("GET", "/accounts/a%2Fb%20c/notes");
  ASSERT_NE(one.route, nullptr);
  EXPECT_EQ(one.route->path, "/accounts/{id}/notes");
  EXPECT_EQ(one.parts, std::vector<std::string>{"a/b c"});
  EXPECT_EQ(find_route("HEAD", "/overview").route->path, "/overview");
  const FoundRoute wrong = find_route("PATCH", "/definition");
  EXPECT_EQ(wrong.route, nullptr);
  EXPECT_EQ(wrong.methods, "GET, PUT");
  EXPECT_TRUE(find_route("GET", "/accounts//notes").methods.empty());
  EXPECT_TRUE(find_route("GET", "/overview/more").methods.empty());
  EXPECT_TRUE(find_route("GET", "").methods.empty());
}

TEST(Cursors, lead_back_to_their_id) {
  for (const std::string id : {"acme", "a b/c?&=", "\xC3\xBC", "x"}) {
    EXPECT_EQ(id_of_cursor(cursor_after(id)), id);
  }
  EXPECT_EQ(id_of_cursor("nonsense"), "");
}

}  // namespace
}  // namespace tidemark
