#include "deliver/destination_json.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "deliver/kinds.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

constexpr std::array<std::string_view, 3> kStates{"waiting", "delivered", "refused"};

}  // namespace

Json destination_json(const Destination& destination, const Outbox::Counts& counts) {
  Json fields = Json::object();
  for (const FilledField& field : destination.fields) fields[field.field] = field.value;
  Json audience = Json::array();
  for (const auto& [property, value] : destination.audience) {
    audience.push_back(fmt::format("{}={}", property, value));
  }
  const bool is_of_files = destination.kind == DestinationKind::files;
  return {{"name", destination.name},
          {"kind", kind_of(destination.kind).name},
          {"url", destination.url.empty() ? Json() : Json(destination.url)},
          {"fields", std::move(fields)},
          {"id_field", destination.id_field},
          {"audience", std::move(audience)},
          {"sender", destination.sender},
          {"recipients", destination.recipients},
          {"rhythm", is_of_files ? Json(name_of(destination.rhythm)) : Json()},
          {"format", is_of_files ? Json(name_of(destination.format)) : Json()},
          {"is_paused", destination.is_paused},
          {"why_paused", destination.why_paused},
          {"created", timestamp_text(destination.created)},
          {"waiting", counts.waiting},
          {"delivered", counts.delivered},
          {"refused", counts.dead}};
}

Json silenced_json(const Silenced& silenced) {
  return {{"account_id", silenced.account},
          {"why", silenced.why},
          {"by", silenced.by},
          {"since", timestamp_text(silenced.since)}};
}

Json drift_json(const Drift& drift) {
  Json accounts = Json::array();
  for (const DriftedAccount& account : drift.accounts) {
    Json fields = Json::array();
    for (const auto& [field, told, held] : account.fields) {
      fields.push_back({{"field", field}, {"told", told}, {"held", held}});
    }
    accounts.push_back({{"account_id", account.account},
                        {"is_missing", account.is_missing},
                        {"fields", std::move(fields)}});
  }
  return {{"compared", drift.compared}, {"waiting", drift.waiting}, {"data", std::move(accounts)}};
}

Json parcel_json(const Parcel& parcel) {
  return {{"number", parcel.number},
          {"destination", parcel.destination},
          {"id", parcel.id},
          {"day", day_text(parcel.day)},
          {"account_id", parcel.account.empty() ? Json() : Json(parcel.account)},
          {"state", parcel_state_name(parcel.state)},
          {"attempts", parcel.attempts},
          {"due", timestamp_text(parcel.due)},
          {"ended", parcel.ended ? Json(timestamp_text(*parcel.ended)) : Json()},
          {"problem", parcel.problem},
          {"body", Json::parse(parcel.body)}};
}

std::string_view parcel_state_name(ParcelState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<ParcelState> parcel_state_named(std::string_view name) {
  const auto found = std::ranges::find(kStates, name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<ParcelState>(found - kStates.begin());
}

}  // namespace tidemark
