// Questions of the API: queries, bodies, cursors, messages of assistants.
#include <cstdint>
#include <string>

#include "api/account_query.h"
#include "api/mcp.h"
#include "api/parameters.h"
#include "api/route.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark;
  const std::string text(fuzz::text_of(data, size));
  HttpRequest request;
  request.method = "POST";
  request.path = "/mcp";
  request.query = text;
  request.body = text;

  Parameters asked(request);
  const AccountQuery query = account_query(asked);
  const std::string cursor = asked.text("cursor");
  [[maybe_unused]] const std::string others = asked.others("cursor");
  [[maybe_unused]] const auto refusal = asked.refusal();
  CHECK(query.trend_days >= 1);
  CHECK(id_of_cursor(cursor_after(cursor)) == cursor);

  Body body(request);
  body.needed_text("name");
  body.day("day");
  body.texts("origins");
  body.truth("is_on");
  [[maybe_unused]] const auto wrong = body.refusal();

  const FoundRoute found = find_route("GET", text);
  CHECK(found.route == nullptr || !found.methods.empty());
  const HttpReply reply =
      answer_assistant(request, "1", [](const std::string& path, const std::string&) {
        const bool is_there = find_route("GET", path).route != nullptr;
        return HttpReply{is_there ? 200 : 404, "application/json", "{}"};
      });
  CHECK(reply.status == 200 || reply.status == 202 || reply.status == 400);
  return 0;
}
