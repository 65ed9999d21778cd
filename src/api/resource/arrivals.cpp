#include <algorithm>
#include <future>
#include <limits>

#include "api/arrivals_json.h"
#include "api/resource/answers.h"
#include "wire/timestamp.h"

namespace tidemark::answer {

Result<HttpReply> events(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto after = asked.number("after", 0, 0, std::numeric_limits<std::int64_t>::max());
  const auto limit = asked.number("limit", 50, 1, 10'000);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto json =
      arrivals_json(**store, static_cast<std::uint64_t>(after), static_cast<int>(limit));
  if (!json) return json.error();
  return json_reply(200, *json);
}

Result<HttpReply> rejects(Desk& desk, Question& question) {
  Parameters asked(question.request);
  const auto limit = asked.number("limit", 50, 1, 100'000);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto store = question.moment(desk);
  if (!store) return store.error();
  const auto json = refusals_json(**store, static_cast<int>(limit));
  if (!json) return json.error();
  return json_reply(200, *json);
}

Result<HttpReply> replay_rejects(Desk& desk, Question& question) {
  // Two at once would try the same refusals twice.
  if (desk.is_replaying.exchange(true)) return problem(409, "they are being tried again already");
  const std::unique_ptr<std::atomic<bool>, void (*)(std::atomic<bool>*)> ended(
      &desk.is_replaying, [](std::atomic<bool>* is_replaying) { *is_replaying = false; });
  std::promise<Result<ReplayOutcome>> promise;
  auto future = promise.get_future();
  replay_refusals(desk.served.store, desk.store_lock, desk.collector,
                  [&](const Result<ReplayOutcome>& outcome) { promise.set_value(outcome); });
  const auto outcome = future.get();
  desk.published.forget();
  if (!outcome) return outcome.error();
  if (auto kept = question.record(desk, "rejects.replay", ""); !kept) return kept.error();
  return json_reply(200, replay_json(*outcome));
}

Result<HttpReply> sources(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto keys = desk.control().keys();
  if (!keys) return keys.error();
  Json json = {{"data", Json::array()}};
  Json& data = json["data"];
  for (const WriteKey& key : *keys) {  // by source
    if (data.empty() || data.back()["name"] != key.source.name) {
      data.push_back({{"name", key.source.name},
                      {"is_paused", key.source.is_paused},
                      {"keys", 0},
                      {"last_used", Json()}});
    }
    Json& source = data.back();
    source["keys"] = source["keys"].get<int>() + 1;
    if (!key.last_used) continue;
    const std::string used = timestamp_text(*key.last_used);
    if (source["last_used"].is_null() || source["last_used"].get<std::string>() < used) {
      source["last_used"] = used;
    }
  }
  return json_reply(200, json);
}

Result<HttpReply> pause_source(Desk& desk, Question& question) {
  Body body(question.request);
  const auto is_paused = body.truth("is_paused");
  if (!is_paused) body.is_wrong("is_paused", "it is missing");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const std::string& name = question.parts.front();
  if (auto done = desk.control().pause_source(name, *is_paused); !done) return done.error();
  if (auto kept = question.record(desk, *is_paused ? "source.pause" : "source.resume", name);
      !kept) {
    return kept.error();
  }
  return json_reply(200, {{"name", name}, {"is_paused", *is_paused}});
}

}  // namespace tidemark::answer
