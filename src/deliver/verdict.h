#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/destination.h"
#include "net/http.h"

namespace tidemark {

/// What is to become of deliveries that were tried.
enum class Fate : std::uint8_t {
  delivered,
  retry,  // later
  split,  // something in the request was refused: try halves of it
  dead,   // refused for good
  pause,  // the whole destination: it lets nobody in, or is gone
};

struct Verdict {
  Fate fate = Fate::retry;
  std::chrono::milliseconds wait{0};  // until the retry
  std::chrono::milliseconds hold{0};  // before anything is sent there again, as it was asked
  std::string problem;                // in the words of the other end, shortened
};

/// An attempt, as far as it decides what comes next.
struct Attempt {
  DestinationKind kind = DestinationKind::webhook;
  const HttpReply* reply = nullptr;  // null: no answer came
  std::string no_answer;             // why, then
  int before = 0;                    // attempts of the delivery before this one
  std::size_t deliveries = 1;        // in the request
  double jitter = 0.5;               // from 0 up to 1: where in its spread the wait lies
  Instant now = {};
};

/// Decides by the status and what the vendor says beside it: `Retry-After` in seconds or as a date,
/// `X-RateLimit-Reset` and `RateLimit-Reset`. What is not said is waited for ever longer: webhooks
/// by the steps of the Standard Webhooks specification (up to three days, then dead), others
/// doubling from a second to a quarter of an hour. Where the other end names a time, or says that
/// it was too much, the whole destination is held for it. Pure.
Verdict judge(const Attempt& attempt);

/// Words of the other end as they are kept and shown: one line of UTF-8, shortened.
std::string plain_words(std::string_view words);

/// An answer that is none to a question, in the other end's words.
Error refused_reading(const HttpReply& reply);

}  // namespace tidemark
