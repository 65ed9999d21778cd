#pragma once

#include <map>
#include <mutex>
#include <string>

#include "api/access/caller.h"
#include "base/clock.h"
#include "base/result.h"
#include "deliver/vault.h"
#include "net/http.h"
#include "store/sqlite/control.h"

namespace tidemark {

/// How a server is reached by browsers.
struct PublicPlace {
  std::string address;     // it listens at
  std::string public_url;  // empty: at that address; else `https://tidemark.example.com`

  std::uint16_t port = 0;  // likewise

  /// Where people go, without a path.
  std::string url() const;
  /// As a browser spells it: scheme, host and port.
  std::string origin() const;
  bool is_loopback() const;
  bool is_encrypted() const { return public_url.starts_with("https://"); }
  /// Whether a browser that was told this name asks us: a page of another site that makes its own
  /// name lead here says its own name.
  bool answers_to(std::string_view host_header) const;
};

/// Finds out who sends a request: by the token of the workspace's folder, a key, or a session.
class Gate {
 public:
  Gate(Control& control, const Vault& vault, const Clock& clock, PublicPlace place,
       std::string local_token);

  /// Whoever sent no credentials may do nothing. Fails with a sentence for those that do not hold
  /// (any more).
  Result<Caller> identify(const HttpRequest& request);

  /// Why a change in the name of a session is not made: it may come from another site's page. Empty
  /// where it is.
  static std::string forgery(const HttpRequest& request, const Caller& caller);

  const PublicPlace& place() const { return place_; }

  /// Opens a session and returns the header that keeps it in the browser.
  Result<std::string> open_session(const Person& person, Session& session);
  /// The header that lets a browser be known as one in which the person signed in; it lets in
  /// nobody. Good until the password changes.
  std::string device_cookie(const Person& person) const;
  /// A name for the browser, where the person signed in in it before; empty: not that is known.
  std::string known_device(const HttpRequest& request, const Person& person) const;
  /// The header by which the browser forgets the session.
  std::string ended_cookie() const;

 private:
  Result<Caller> of_key(const std::string& key);
  Result<Caller> of_session(std::string_view secret);
  std::string cookie(std::string_view name, std::string_view value, std::string_view age) const;

  Control& control_;
  const Vault& vault_;
  const Clock& clock_;
  PublicPlace place_;
  std::string local_token_;
  std::mutex lock_;
  std::map<std::string, Instant> noted_;  // when it was last written down that one was used
};

}  // namespace tidemark
