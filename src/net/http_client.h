#pragma once

#include <string>

#include "base/result.h"
#include "net/http.h"

namespace tidemark {

/// A request to a server; a body is JSON.
struct ClientRequest {
  std::string method = "GET";
  std::string url;
  std::string bearer;  // token; empty = none
  std::string body = {};
  int seconds = 30;  // until it is given up
};

/// Sends the request. Fails with `unavailable` where no answer comes; an answer of any status is
/// one. Redirections are not followed.
Result<HttpReply> ask(const ClientRequest& request);

}  // namespace tidemark
