#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

namespace sqlite {
class Connection;
}

/// What a caller was answered to a request with an Idempotency-Key.
struct GivenAnswer {
  std::string caller;
  std::string key;
  std::string request;  // SHA-256 of method, path and body
  int status = 0;
  std::string content_type;
  std::optional<std::string> body;  // none: it held a secret, which is not kept
  Instant at;
};

/// Answers kept so that a request that is sent again changes nothing again.
class GivenAnswers {
 public:
  explicit GivenAnswers(sqlite::Connection& connection) : connection_(connection) {}

  Result<void> keep(const GivenAnswer& answer);
  Result<std::optional<GivenAnswer>> find(const std::string& caller, const std::string& key);
  Result<void> forget_before(Instant instant);

 private:
  sqlite::Connection& connection_;
};

}  // namespace tidemark
