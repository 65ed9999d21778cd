#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidemark {

/// A request as it came, whole.
struct HttpRequest {
  std::string method;
  std::string path;   // without the query, as it came
  std::string query;  // without the `?`
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string request_id;  // made by the server

  /// The header of that name, in any case; empty where there is none.
  std::string_view header(std::string_view name) const;
  /// The decoded value of a parameter of the query; empty where there is none.
  std::string parameter(std::string_view name) const;
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Sends the reply; may be called once, from any thread.
using SendReply = std::function<void(HttpReply)>;

/// Answers a request, at once or later. Called from several threads.
using HandleRequest = std::function<void(HttpRequest, SendReply)>;

/// Undoes the `%41` and `+` of a form; what is no escape stays as it is.
std::string decoded_form_text(std::string_view text);

/// Undoes the `%41` of a part of a path.
std::string decoded_path_text(std::string_view text);

/// A text as a value of a query: `a%26b`.
std::string encoded_form_text(std::string_view text);

/// The value of a field of a form (`a=1&b=2`), decoded; empty where there is none.
std::string form_field(std::string_view form, std::string_view name);

/// The bytes that a base64 text stands for, in the usual or the URL's alphabet, padded or not; what
/// is no base64 ends it.
std::string decoded_base64(std::string_view text);
/// Bytes as base64 in the URL's alphabet, not padded.
std::string encoded_base64(std::string_view bytes);

}  // namespace tidemark
