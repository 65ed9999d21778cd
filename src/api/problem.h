#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"
#include "wire/json.h"

namespace tidemark {

/// A value of a request that cannot be, and where it stands: `/query/day`, `/body/email`.
struct WrongValue {
  std::string pointer;
  std::string detail;
};

/// An answer that says what went wrong: `application/problem+json` (RFC 9457).
HttpReply problem(int status, std::string_view detail, const std::vector<WrongValue>& wrong = {});
HttpReply problem_of(const Error& error);

/// A body as JSON; discarded where it is none, or nested deeper than any question needs, which
/// would ask too much of who walks through it.
Json parse_body(std::string_view body);

/// An answer in JSON; what is no UTF-8 in it is replaced.
HttpReply json_reply(int status, const Json& json);

}  // namespace tidemark
