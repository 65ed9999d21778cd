#include "api/problem.h"

namespace tidemark {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400:
      return "Invalid";
    case 401:
      return "Not signed in";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "Conflict";
    case 412:
      return "Changed meanwhile";
    case 415:
      return "Not JSON";
    case 421:
      return "Not the server of this name";
    case 422:
      return "Cannot be done";
    case 428:
      return "If-Match is missing";
    case 429:
      return "Too many tries";
    case 503:
      return "Unavailable";
    default:
      return "Failed";
  }
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unavailable:
    case ErrorKind::interrupted:
      return 503;
    case ErrorKind::corrupt_data:
      return 500;
  }
  return 500;
}

}  // namespace

Json parse_body(std::string_view body) {
  constexpr int kDeepest = 64;
  int depth = 0;
  bool is_text = false;
  for (std::size_t at = 0; at < body.size(); ++at) {
    const char letter = body[at];
    if (is_text) {
      if (letter == '\\') ++at;
      is_text = letter != '"';
    } else if (letter == '"') {
      is_text = true;
    } else if (letter == '[' || letter == '{') {
      if (++depth > kDeepest) return Json(Json::value_t::discarded);
    } else if (letter == ']' || letter == '}') {
      --depth;
    }
  }
  return Json::parse(body, nullptr, /*allow_exceptions=*/false);
}

HttpReply json_reply(int status, const Json& json) {
  return {status, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

HttpReply problem(int status, std::string_view detail, const std::vector<WrongValue>& wrong) {
  Json json = {
      {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}};
  for (const auto& [pointer, what] : wrong) {
    json["errors"].push_back({{"pointer", pointer}, {"detail", what}});
  }
  HttpReply reply = json_reply(status, json);
  reply.content_type = "application/problem+json";
  return reply;
}

HttpReply problem_of(const Error& error) { return problem(status_of(error.kind), error.message); }

}  // namespace tidemark
