#pragma once

#include "api/playbook.h"
#include "base/time_zone.h"

namespace tidemark {

/// For whom plays that are on were due on the days published since they were decided last.
struct PlayFilling {
  Play play;
  Day until;
  std::vector<PlayFiring> firings;
};

/// What is older than a week is passed over: it is no news.
Result<std::vector<PlayFilling>> missing_firings(Store& store, Control& control,
                                                 const Playbook& playbook, TimeZone zone);

/// What of it goes to the destination; due at once.
std::vector<Parcel> parcels_of(const PlayFilling& filling, const Destination& destination);

/// Keeps it, and puts what is to be delivered into the outbox: of each play all or nothing. After a
/// crash between the two it is found missing again.
Result<void> fill(Control& control, const std::vector<PlayFilling>& fillings, TimeZone zone,
                  Instant now);

/// The first instant from `now` on at which a play may go out.
Instant next_within(const PlayHours& hours, TimeZone zone, Instant now);

}  // namespace tidemark
