#include "api/resource/answers.h"
#include "base/sha256.h"
#include "wire/secret.h"
#include "wire/timestamp.h"

namespace tidemark::answer {
namespace {

Json instant_or_null(const std::optional<Instant>& at) {
  return at ? Json(timestamp_text(*at)) : Json();
}

Json key_json(const ApiKey& key) {
  return {{"key", key.hint},
          {"scope", scope_name(key.access)},
          {"name", key.name},
          {"origins", Json::array()},
          {"created", timestamp_text(key.created)},
          {"last_used", instant_or_null(key.last_used)}};
}

Json key_json(const WriteKey& key) {
  return {{"key", key.hint},
          {"scope", "ingest"},
          {"name", key.source.name},
          {"origins", key.origins},
          {"created", timestamp_text(key.created)},
          {"last_used", instant_or_null(key.last_used)}};
}

}  // namespace

Result<HttpReply> keys(Desk& desk, Question& question) {
  Parameters asked(question.request);
  if (auto wrong = asked.refusal()) return *std::move(wrong);
  const auto write_keys = desk.control().keys();
  if (!write_keys) return write_keys.error();
  const auto api_keys = desk.control().api_keys().all();
  if (!api_keys) return api_keys.error();
  Json json = {{"data", Json::array()}};
  for (const WriteKey& key : *write_keys) json["data"].push_back(key_json(key));
  for (const ApiKey& key : *api_keys) json["data"].push_back(key_json(key));
  return json_reply(200, json);
}

Result<HttpReply> make_key(Desk& desk, Question& question) {
  Body body(question.request);
  const std::string scope = body.needed_text("scope");
  const std::string name = body.needed_text("name", 200);  // for ingest: the source's
  const auto origins = body.texts("origins");
  const auto access = scope_named(scope);
  const bool is_ingest = scope == "ingest";
  if (!access && !is_ingest && !scope.empty()) {
    body.is_wrong("scope", "it is ingest, read, write or admin");
  }
  if (!origins.empty() && !is_ingest) body.is_wrong("origins", "only ingest keys have origins");
  if (auto wrong = body.refusal()) return *std::move(wrong);
  const std::string text = is_ingest ? make_write_key() : make_api_key();
  Json json;
  if (is_ingest) {
    const WriteKey key{key_hint(text), sha256(text), {0, name, false}, origins, desk.now(), {}};
    if (auto kept = desk.control().keep_key(key); !kept) return kept.error();
    json = key_json(key);
  } else {
    const ApiKey key{sha256(text), key_hint(text), name, *access, desk.now(), {}};
    if (auto kept = desk.control().api_keys().keep(key); !kept) return kept.error();
    json = key_json(key);
  }
  if (auto kept = question.record(desk, "key.create", key_hint(text), "", json.dump()); !kept) {
    return kept.error();
  }
  json["secret"] = text;  // this once
  return json_reply(201, json);
}

Result<HttpReply> revoke_key(Desk& desk, Question& question) {
  const std::string hint = key_hint(question.parts.front());
  const auto revoked = hint.starts_with("tmw_") ? desk.control().revoke_key(hint)
                                                : desk.control().api_keys().revoke(hint);
  if (!revoked) return revoked.error();
  if (auto kept = question.record(desk, "key.revoke", hint); !kept) return kept.error();
  return HttpReply{204, ""};
}

}  // namespace tidemark::answer
