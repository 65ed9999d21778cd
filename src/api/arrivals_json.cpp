#include "api/arrivals_json.h"

#include <map>

#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Result<Json> arrivals_json(Store& store, std::uint64_t after_batch, int limit) {
  const auto events = store.arrived_since(after_batch, limit);
  if (!events) return events.error();
  const auto accounts = store.account_ids();
  if (!accounts) return accounts.error();
  const auto names = store.event_names();
  if (!names) return names.error();
  Json listed = Json::array();
  std::uint64_t last_batch = after_batch;
  for (const ArrivedEvent& event : *events) {
    last_batch = std::max(last_batch, event.batch);
    listed.push_back(
        {{"received_at", timestamp_text(event.received_at)},
         {"at", timestamp_text(event.at)},
         {"source", event.source},
         {"event", (*names)[event.name]},
         {"account_id", event.account == kNoAccount ? Json() : Json((*accounts)[event.account])},
         {"user_id", text_or_null(event.user)},
         {"anonymous_id", text_or_null(event.anonymous)},
         {"properties", event.properties.empty() ? Json::object()
                                                 : Json::parse(event.properties, nullptr, false)}});
  }
  return Json{{"events", listed}, {"last_batch", last_batch}};
}

Result<Json> refusals_json(Store& store, int limit) {
  const auto refusals = store.refusals(limit);
  if (!refusals) return refusals.error();
  Json listed = Json::array();
  std::map<std::string_view, int> reasons;
  for (const Refusal& refusal : *refusals) {
    ++reasons[reject_reason_name(refusal.reason)];
    listed.push_back({{"number", refusal.number},
                      {"received_at", timestamp_text(refusal.received_at)},
                      {"source", refusal.source},
                      {"dialect", refusal.dialect},
                      {"reason", reject_reason_name(refusal.reason)},
                      {"advice", reject_reason_advice(refusal.reason)},
                      {"field", text_or_null(refusal.field)},
                      {"value", text_or_null(refusal.value)},
                      {"message", refusal.message}});
  }
  Json counted = Json::object();
  for (const auto& [reason, count] : reasons) counted[std::string(reason)] = count;
  return Json{{"rejects", listed}, {"reasons", counted}};
}

Json replay_json(const ReplayOutcome& outcome) {
  return {
      {"tried", outcome.tried}, {"taken", outcome.taken}, {"refused_again", outcome.refused_again}};
}

}  // namespace tidemark
