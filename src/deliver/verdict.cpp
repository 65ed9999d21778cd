#include "deliver/verdict.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "net/http_client.h"
#include "wire/json.h"

namespace tidemark {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kMostWords = 300;
constexpr std::array<seconds, 9> kWebhookWaits{seconds{5}, minutes{5}, minutes{30},
                                               hours{2},   hours{5},   hours{10},
                                               hours{14},  hours{20},  hours{24}};
constexpr seconds kLongestWait = minutes{15};
constexpr seconds kMostHonoured = hours{24};     // of what the other end asks for
constexpr seconds kLongestUnasked = minutes{5};  // that a destination is held for
constexpr milliseconds kNoWait{0};
constexpr int kMostAttempts = 400;  // some four days of quarter hours

std::string words_of(const HttpReply& reply) {
  const std::string text = plain_words(reply.body);
  return text.empty() ? fmt::format("HTTP {}", reply.status)
                      : fmt::format("HTTP {}: {}", reply.status, text);
}

std::optional<std::int64_t> number_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<std::string> header(const HttpReply& reply, std::string_view name) {
  for (const auto& [key, value] : reply.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

/// How long the other end asks to be left alone.
std::optional<milliseconds> asked_wait(const HttpReply& reply, Instant now) {
  const auto since_epoch = std::chrono::floor<seconds>(now.time_since_epoch()).count();
  const auto capped = [](std::int64_t wait) {
    return milliseconds{std::clamp(seconds{wait}, seconds{0}, kMostHonoured)};
  };
  if (const auto after = header(reply, "retry-after")) {
    if (const auto wait = number_in(*after)) return capped(*wait);
    if (const auto at = http_date(*after)) return capped(*at - since_epoch);
  }
  // An instant where the number is one, else seconds.
  constexpr std::int64_t kAnInstant = 1'000'000'000;
  for (const char* name : {"x-ratelimit-reset", "ratelimit-reset"}) {
    const auto value = header(reply, name);
    const auto reset = value ? number_in(*value) : std::nullopt;
    if (reset) return capped(*reset >= kAnInstant ? *reset - since_epoch : *reset);
  }
  return std::nullopt;
}

/// Without a word from the other end; none: it was tried often enough.
std::optional<milliseconds> own_wait(const Attempt& attempt) {
  const auto before = static_cast<std::size_t>(attempt.before);
  milliseconds wait{};
  if (attempt.kind == DestinationKind::webhook) {
    if (before >= kWebhookWaits.size()) return std::nullopt;
    wait = kWebhookWaits[before];
  } else {
    if (attempt.before >= kMostAttempts) return std::nullopt;
    constexpr std::size_t kDoublings = 10;
    wait = std::min(milliseconds{kLongestWait},
                    milliseconds{seconds{std::int64_t{1} << std::min(before, kDoublings)}});
  }
  // Half of it for sure: those that failed together do not come again together.
  return milliseconds{
      static_cast<std::int64_t>(static_cast<double>(wait.count()) * (0.5 + 0.5 * attempt.jitter))};
}

Verdict retry(const Attempt& attempt, std::string problem) {
  const auto asked = attempt.reply != nullptr ? asked_wait(*attempt.reply, attempt.now)
                                              : std::optional<milliseconds>{};
  const auto own = own_wait(attempt);
  const bool is_too_much = attempt.reply != nullptr && attempt.reply->status == 429;
  const milliseconds wait = asked ? std::max(*asked, milliseconds{1'000}) : own.value_or(kNoWait);
  const milliseconds hold = asked         ? wait
                            : is_too_much ? std::min(wait, milliseconds{kLongestUnasked})
                                          : kNoWait;
  return {own ? Fate::retry : Fate::dead, own ? wait : kNoWait, hold, std::move(problem)};
}

}  // namespace

std::string plain_words(std::string_view words) {
  std::string text(words.substr(0, kMostWords));
  std::ranges::replace_if(text, [](unsigned char letter) { return letter < ' '; }, ' ');
  // What is no UTF-8, or cut apart, would fit into no report.
  return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace))
      .get<std::string>();
}

Error refused_reading(const HttpReply& reply) {
  return Error{ErrorKind::unavailable, "it does not say what it holds: " + words_of(reply)};
}

Verdict judge(const Attempt& attempt) {
  if (attempt.reply == nullptr) return retry(attempt, attempt.no_answer);
  const int status = attempt.reply->status;
  if (status >= 200 && status < 300) return {Fate::delivered, {}, {}, {}};
  std::string problem = words_of(*attempt.reply);
  const bool is_slack = attempt.kind == DestinationKind::slack;
  // Salesforce says so of a day's calls that are used up.
  const bool is_quota = attempt.kind == DestinationKind::salesforce &&
                        attempt.reply->body.find("REQUEST_LIMIT_EXCEEDED") != std::string::npos;
  if (is_quota) {
    Verdict later = retry(attempt, std::move(problem));
    later.wait = later.hold = std::max<milliseconds>(later.wait, kLongestWait);
    return later;
  }
  // A field that is not there refuses every record: halving would only use up calls.
  const bool is_mapping = attempt.kind == DestinationKind::salesforce && status == 400 &&
                          attempt.reply->body.find("INVALID_FIELD") != std::string::npos;
  if (is_mapping) return {Fate::pause, {}, {}, std::move(problem)};
  switch (status) {
    case 401:
    case 403:
    case 404:  // of Slack a channel that is gone; elsewhere an address is wrong
    case 410:
      return {Fate::pause, {}, {}, std::move(problem)};
    case 408:
    case 423:
    case 425:
    case 429:
      return retry(attempt, std::move(problem));
    default:
      break;
  }
  if (status >= 500) return retry(attempt, std::move(problem));
  if (status >= 300 && status < 400) {
    return {Fate::pause,
            {},
            {},
            fmt::format("HTTP {}: it sends elsewhere; give the final address", status)};
  }
  if (is_slack) return {Fate::dead, {}, {}, std::move(problem)};
  return {attempt.deliveries > 1 ? Fate::split : Fate::dead, {}, {}, std::move(problem)};
}

}  // namespace tidemark
