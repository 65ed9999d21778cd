#pragma once

#include <cstdint>
#include <string>

#include "model/event.h"

namespace tidemark {

/// A message that arrived live and was not taken, kept whole so that it can be tried again.
struct Refusal {
  std::uint64_t number = 0;  // in order of arrival, from 1
  std::uint16_t source = 0;
  std::string dialect;
  Instant received_at;
  RejectReason reason = RejectReason::not_utf8;
  std::string field;  // empty where the whole message is at fault
  std::string value;  // the offending one, shortened
  std::string message;
};

}  // namespace tidemark
