#pragma once

#include "net/http.h"
#include "wire/json.h"

namespace tidemark {

/// An answer in JSON; what is no UTF-8 in it is replaced.
inline HttpReply json_reply(int status, const Json& json) {
  return {status, "application/json", json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

}  // namespace tidemark
