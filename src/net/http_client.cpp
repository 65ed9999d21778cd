#include "net/http_client.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "net/curl_place.h"

namespace tidemark {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

struct Body {
  std::string& text;
  std::size_t most_bytes;
  CURL* curl;
  const std::function<void(std::string_view)>& take;  // none: it is kept
};

std::size_t keep(const char* bytes, std::size_t, std::size_t count, void* kept) {
  const auto& [text, most_bytes, curl, take] = *static_cast<Body*>(kept);
  if (take) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) {
      take(std::string_view(bytes, count));
      return count;
    }
  }
  if (count > most_bytes - text.size()) return 0;
  text.append(bytes, count);
  return count;
}

std::size_t keep_header(const char* bytes, std::size_t, std::size_t count, void* headers) {
  const std::string_view line(bytes, count);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(),
                         [](unsigned char letter) { return std::tolower(letter); });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.front())) != 0) {
    value.remove_prefix(1);
  }
  while (!value.empty() && std::isspace(static_cast<unsigned char>(value.back())) != 0) {
    value.remove_suffix(1);
  }
  static_cast<HttpReply*>(headers)->headers.emplace_back(std::move(name), value);
  return count;
}

}  // namespace

std::optional<std::int64_t> http_date(const std::string& text) {
  const time_t at = curl_getdate(text.c_str(), nullptr);
  return at < 0 ? std::nullopt : std::optional(std::int64_t{at});
}

std::string form_text(const std::string& text) {
  char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  CHECK(escaped != nullptr);
  std::string form(escaped);
  curl_free(escaped);
  return form;
}

Result<HttpReply> ask(const ClientRequest& request) { return ask_streaming(request, {}); }

Result<HttpReply> ask_streaming(const ClientRequest& request,
                                const std::function<void(std::string_view)>& take) {
  const Curl curl(curl_easy_init(), &curl_easy_cleanup);
  CHECK(curl != nullptr);
  HttpReply reply;
  CurlList pinned;
  if (request.only_public) {
    auto place = public_place(request.url);
    if (!place) return place.error();
    pinned = *std::move(place);
    curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, pinned.get());
  }
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(request.seconds));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &keep);
  Body body{reply.body, request.most_answer_bytes, curl.get(), take};
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERFUNCTION, &keep_header);
  curl_easy_setopt(curl.get(), CURLOPT_HEADERDATA, &reply);
  if (!request.bearer.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(curl.get(), CURLOPT_XOAUTH2_BEARER, request.bearer.c_str());
  }
  if (!request.basic.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(curl.get(), CURLOPT_USERPWD, request.basic.c_str());
  }
  CurlList headers;
  bool has_type = false;
  for (const auto& [name, value] : request.headers) {
    add(headers, fmt::format("{}: {}", name, value));
    has_type = has_type || name == "Content-Type";
  }
  if (request.method != "GET") {
    if (!has_type) add(headers, "Content-Type: application/json");
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (const CURLcode problem = curl_easy_perform(curl.get()); problem != CURLE_OK) {
    return Error{ErrorKind::unavailable, fmt::format("no answer: {}", curl_easy_strerror(problem))};
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  reply.status = static_cast<int>(status);
  return reply;
}

}  // namespace tidemark
