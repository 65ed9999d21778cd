#include "api/access/gate.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.h"
#include "wire/secret.h"

namespace tidemark {
namespace {

constexpr std::string_view kCookie = "tidemark_session";
constexpr std::chrono::hours kLongestSession{24 * 30};
constexpr std::chrono::hours kIdleSession{24 * 7};
constexpr std::string_view kDeviceCookie = "tidemark_device";
constexpr std::chrono::hours kKnownDevice{24 * 365};
constexpr std::chrono::minutes kBetweenNotes{1};

/// In a time that says nothing about where they differ.
bool is_same_secret(std::string_view one, std::string_view other) {
  unsigned difference = one.size() == other.size() ? 0 : 1;
  for (std::size_t at = 0; at < std::min(one.size(), other.size()); ++at) {
    difference |= static_cast<unsigned char>(one[at]) ^ static_cast<unsigned char>(other[at]);
  }
  return difference == 0;
}

std::string_view cookie_of(const HttpRequest& request, std::string_view name) {
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    if (part.starts_with(name) && part.substr(name.size()).starts_with("=")) {
      return part.substr(name.size() + 1);
    }
  }
  return {};
}

std::string_view host_of_url(std::string_view url) {
  const auto begin = url.find("://");
  std::string_view host = begin == std::string_view::npos ? url : url.substr(begin + 3);
  return host.substr(0, host.find('/'));
}

/// A host without its port: `[::1]:8080` is `[::1]`.
std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.ends_with(']')) return host;
  return host.substr(0, colon);
}

bool is_address(std::string_view host) {
  return host.starts_with('[') || (!host.empty() && std::ranges::all_of(host, [](char letter) {
           return letter == '.' || (letter >= '0' && letter <= '9');
         }));
}

/// One that leads to this machine whatever a name server says.
bool is_loopback_name(std::string_view host) {
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && is_address(host));
}

}  // namespace

std::string PublicPlace::url() const {
  if (!public_url.empty()) {
    return public_url.ends_with('/') ? public_url.substr(0, public_url.size() - 1) : public_url;
  }
  const bool is_any = address == "0.0.0.0" || address == "::";
  const std::string host = is_any ? "localhost" : address;
  return host.find(':') == std::string::npos ? fmt::format("http://{}:{}", host, port)
                                             : fmt::format("http://[{}]:{}", host, port);
}

std::string PublicPlace::origin() const {
  const std::string whole = url();
  const auto host = whole.find("://");
  return whole.substr(0, host == std::string::npos ? whole.size() : whole.find('/', host + 3));
}

bool PublicPlace::is_loopback() const {
  return address == "::1" || address == "localhost" || address.starts_with("127.");
}

bool PublicPlace::answers_to(std::string_view host_header) const {
  const std::string_view host = without_port(host_header);
  if (!public_url.empty() && host == without_port(host_of_url(public_url))) return true;
  return is_loopback() ? is_loopback_name(host) : is_loopback_name(host) || is_address(host);
}

Gate::Gate(Control& control, const Vault& vault, const Clock& clock, PublicPlace place,
           std::string local_token)
    : control_(control),
      vault_(vault),
      clock_(clock),
      place_(std::move(place)),
      local_token_(std::move(local_token)) {}

Result<Caller> Gate::identify(const HttpRequest& request) {
  const std::string_view authorization = request.header("authorization");
  constexpr std::string_view kBearer = "Bearer ";
  if (authorization.starts_with(kBearer)) {
    const std::string_view secret = authorization.substr(kBearer.size());
    if (is_same_secret(secret, local_token_)) {
      return Caller{Access::owner, "command line", {}, {}, true};
    }
    return of_key(std::string(secret));
  }
  const std::string_view secret = cookie_of(request, kCookie);
  return secret.empty() ? Result<Caller>(Caller{}) : of_session(secret);
}

Result<Caller> Gate::of_key(const std::string& text) {
  const std::string hash = sha256(text);
  const auto key = control_.api_keys().find(hash);
  if (!key) return key.error();
  if (!*key) {
    return Error{ErrorKind::not_found,
                 "this key is not known (any more); an admin makes keys under Settings, or with "
                 "tidemark keys create --scope read"};
  }
  const Instant now = clock_.now();
  {
    const std::lock_guard lock(lock_);
    Instant& noted = noted_[hash];
    if (now - noted < kBetweenNotes) return Caller{(*key)->access, (*key)->hint, {}, {}, false};
    noted = now;
  }
  // For people: that it could not be noted is no reason to refuse.
  [[maybe_unused]] const auto is_noted = control_.api_keys().note_use(hash, now);
  return Caller{(*key)->access, (*key)->hint, {}, {}, false};
}

Result<Caller> Gate::of_session(std::string_view secret) {
  const std::string hash = sha256(secret);
  const auto session = control_.people().session(hash);
  if (!session) return session.error();
  const Instant now = clock_.now();
  const Error over{ErrorKind::not_found, "the session is over; sign in again"};
  if (!*session) return over;
  if (now - (*session)->created > kLongestSession || now - (*session)->seen > kIdleSession) {
    if (auto closed = control_.people().close_sessions(now - kLongestSession, now - kIdleSession);
        !closed) {
      return closed.error();
    }
    return over;
  }
  const auto person = control_.people().of_number((*session)->person);
  if (!person) return person.error();
  if (!*person) return over;
  if (now - (*session)->seen > kBetweenNotes) {
    [[maybe_unused]] const auto noted = control_.people().note_session(hash, now);
    [[maybe_unused]] const auto seen = control_.people().note_seen((*person)->number, now);
  }
  return Caller{(*person)->access, (*person)->email, *person, *session, false};
}

std::string Gate::forgery(const HttpRequest& request, const Caller& caller) {
  if (!caller.session) return "";
  if (!is_same_secret(request.header("x-csrf-token"), caller.session->csrf)) {
    return "a change needs the session's X-CSRF-Token, which GET /api/v1/session tells";
  }
  return "";
}

Result<std::string> Gate::open_session(const Person& person, Session& session) {
  const std::string secret = make_secret("");
  const Instant now = clock_.now();
  session = {sha256(secret), person.number, make_secret(""), now, now};
  if (auto opened = control_.people().open_session(session); !opened) return opened.error();
  if (auto seen = control_.people().note_seen(person.number, now); !seen) return seen.error();
  return cookie(kCookie, secret,
                fmt::format("Max-Age={}", std::chrono::seconds(kLongestSession).count()));
}

namespace {

/// What a browser keeps sealed: of whom it is, and under which password.
std::string device_text(const Person& person) {
  return "device\n" + person.email + "\n" + sha256(person.password);
}

}  // namespace

std::string Gate::device_cookie(const Person& person) const {
  return cookie(kDeviceCookie, vault_.sealed(device_text(person)),
                fmt::format("Max-Age={}", std::chrono::seconds(kKnownDevice).count()));
}

std::string Gate::known_device(const HttpRequest& request, const Person& person) const {
  const std::string sealed(cookie_of(request, kDeviceCookie));
  const auto opened = vault_.opened(sealed);
  const bool is_known = !sealed.empty() && opened && *opened == device_text(person);
  return is_known ? "device " + sha256(sealed) : "";
}

std::string Gate::ended_cookie() const { return cookie(kCookie, "", "Max-Age=0"); }

std::string Gate::cookie(std::string_view name, std::string_view value,
                         std::string_view age) const {
  // A browser keeps no Secure cookie of a page without TLS but on its own machine; there is nobody
  // between.
  const bool is_secure = place_.is_encrypted() || !place_.is_loopback();
  return fmt::format("{}={}; Path=/; {}; HttpOnly; SameSite=Lax{}", name, value, age,
                     is_secure ? "; Secure" : "");
}

}  // namespace tidemark
