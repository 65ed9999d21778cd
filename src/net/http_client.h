#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace tidemark {

/// A request to a server; a body is JSON, where its headers say nothing else.
struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::string bearer;      // token; empty = none
  std::string basic = {};  // user and password with a colon between; empty = none
  std::string body = {};
  int seconds = 30;  // until it is given up
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool only_public = false;  // refuses hosts within a private network, whatever they are called
  std::size_t most_answer_bytes = SIZE_MAX;  // of its body; with more of it there is no answer
};

/// Sends the request. Fails with `unavailable` where no answer comes, or too long a one; an answer
/// of any status is one, with its headers. Redirections are not followed. With `only_public` it
/// fails with `invalid_input` where the host is, or has also, a private, loopback or link-local
/// address; what was looked at is what is connected to.
Result<HttpReply> ask(const ClientRequest& request);

/// The same, but the body of an answer of success (2xx) is handed over as it comes, whatever its
/// size, and not kept.
Result<HttpReply> ask_streaming(const ClientRequest& request,
                                const std::function<void(std::string_view)>& take);

/// The seconds since 1970 of a date as headers write it; none where it is no date.
std::optional<std::int64_t> http_date(const std::string& text);

/// A text as the value of a field of a form.
std::string form_text(const std::string& text);

}  // namespace tidemark
