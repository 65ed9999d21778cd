#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "api/resource/answers.h"
#include "wire/timestamp.h"

namespace tidemark::answer {

Result<HttpReply> audit(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto limit = asked.number("limit", 100, 1, 1000);
  const std::string cursor = asked.text("cursor");
  const std::string last = id_of_cursor(cursor);
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  const auto [end, problem] = std::from_chars(last.data(), last.data() + last.size(), before);
  if (!cursor.empty() && (problem != std::errc() || end != last.data() + last.size())) {
    asked.is_wrong("cursor", "it is none of a page before");
  }
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  auto entries = desk.control().audit().read(before, static_cast<int>(limit) + 1);
  if (!entries) return entries.error();
  const auto broken = desk.control().audit().first_broken();
  if (!broken) return broken.error();
  const bool has_more = std::ssize(*entries) > limit;
  if (has_more) entries->pop_back();
  Json json = {{"data", Json::array()},
               {"next_cursor", Json()},
               {"first_broken", *broken ? Json(**broken) : Json()}};
  for (const AuditEntry& entry : *entries) {
    json["data"].push_back({{"number", entry.number},
                            {"at", timestamp_text(entry.at)},
                            {"actor", entry.actor},
                            {"action", entry.action},
                            {"subject", entry.subject},
                            {"before", entry.before},
                            {"after", entry.after},
                            {"hash", entry.hash}});
  }
  if (has_more) {
    json["next_cursor"] = cursor_after(fmt::format("{}", entries->back().number));
  }
  return json_reply(200, json);
}

}  // namespace tidemark::answer
