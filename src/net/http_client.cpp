#include "net/http_client.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>

namespace tidemark {
namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

struct Body {
  std::string& text;
  std::size_t most_bytes;
};

std::size_t keep(const char* bytes, std::size_t, std::size_t count, void* kept) {
  const auto& [text, most_bytes] = *static_cast<Body*>(kept);
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

struct Place {
  std::string host;  // without the brackets of an IPv6 address
  std::string port;
};

Result<Place> place_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), &curl_url_cleanup);
  char* host = nullptr;
  char* port = nullptr;
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK) {
    curl_free(host);
    return Error{ErrorKind::invalid_input, "not the address of a server"};
  }
  Place place{host, port};
  curl_free(host);
  curl_free(port);
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  return place;
}

/// The addresses of a host, all of them public.
Result<std::vector<std::string>> public_addresses(const Place& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &found) != 0) {
    return Error{ErrorKind::unavailable, "no answer: its name is not known"};
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) != 0) {
      continue;
    }
    addresses.emplace_back(text.data());
    if (!is_public_address(addresses.back())) {
      return Error{ErrorKind::invalid_input, fmt::format("{} is within a private network ({})",
                                                         place.host, addresses.back())};
    }
  }
  return addresses;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void add(List& list, const std::string& text) {
  list.reset(curl_slist_append(list.release(), text.c_str()));
}

}  // namespace

std::optional<std::int64_t> http_date(const std::string& text) {
  const time_t at = curl_getdate(text.c_str(), nullptr);
  return at < 0 ? std::nullopt : std::optional(std::int64_t{at});
}

bool is_public_address(const std::string& address) {
  in6_addr six{};
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) {
    const std::uint32_t bits = ntohl(four.s_addr);
    const auto is_in = [&](std::uint32_t network, int length) {
      return bits >> (32 - length) == network >> (32 - length);
    };
    return !(is_in(0x00000000, 8) || is_in(0x0A000000, 8) || is_in(0x64400000, 10) ||
             is_in(0x7F000000, 8) || is_in(0xA9FE0000, 16) || is_in(0xAC100000, 12) ||
             is_in(0xC0000000, 24) || is_in(0xC0A80000, 16) || is_in(0xC6120000, 15) ||
             is_in(0xE0000000, 3));
  }
  if (inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), &six) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&six) || IN6_IS_ADDR_V4COMPAT(&six)) {
    std::array<char, INET_ADDRSTRLEN> text{};
    inet_ntop(AF_INET, &six.s6_addr[12], text.data(), text.size());
    return is_public_address(text.data());
  }
  // Global unicast alone, and of it neither ways to IPv4 nor documentation.
  const bool is_global = (six.s6_addr[0] & 0xE0) == 0x20;
  const bool is_tunnel = six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x02;
  const bool is_teredo = six.s6_addr[0] == 0x20 && six.s6_addr[1] == 0x01 && six.s6_addr[2] == 0 &&
                         six.s6_addr[3] == 0;
  return is_global && !is_tunnel && !is_teredo;
}

Result<HttpReply> ask(const ClientRequest& request) {
  const Curl curl(curl_easy_init(), &curl_easy_cleanup);
  CHECK(curl != nullptr);
  HttpReply reply;
  List pinned;
  if (request.only_public) {
    const auto place = place_of(request.url);
    if (!place) return place.error();
    const auto addresses = public_addresses(*place);
    if (!addresses) return addresses.error();
    // Connected to is what was looked at, not what the name stands for a moment later.
    add(pinned, fmt::format("{}:{}:{}", place->host, place->port, fmt::join(*addresses, ",")));
    curl_easy_setopt(curl.get(), CURLOPT_RESOLVE, pinned.get());
  }
  curl_easy_setopt(curl.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, static_cast<long>(request.seconds));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &keep);
  Body body{reply.body, request.most_answer_bytes};
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
  List headers;
  for (const auto& [name, value] : request.headers)
    add(headers, fmt::format("{}: {}", name, value));
  if (request.method != "GET") {
    add(headers, "Content-Type: application/json");
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
