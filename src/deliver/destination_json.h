#pragma once

#include <optional>
#include <string_view>

#include "deliver/drift.h"
#include "store/sqlite/outbox.h"
#include "wire/json.h"

namespace tidemark {

/// A destination as people and machines may see it: nothing secret.
Json destination_json(const Destination& destination, const Outbox::Counts& counts);

Json silenced_json(const Silenced& silenced);
Json drift_json(const Drift& drift);
Json parcel_json(const Parcel& parcel);

/// waiting, delivered, refused
std::string_view parcel_state_name(ParcelState state);
std::optional<ParcelState> parcel_state_named(std::string_view name);

}  // namespace tidemark
