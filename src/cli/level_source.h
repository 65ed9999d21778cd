#pragma once

#include "cli/listing.h"
#include "score/level_listing.h"
#include "score/published_rules.h"

namespace tidemark {

/// Levels to list: published ones, or computed ones where rules were given.
struct LevelSource {
  LevelListing listing;
  std::vector<std::string> account_ids;
  std::vector<AccountNumber> by_id;
  std::optional<PublishedRules> published;  // none when computed
  std::optional<Points> reference;          // when computed

  /// The points shown as 50 on the day; none without a calibration.
  std::optional<Points> reference_on(Day day) const;
};

/// Opens the levels of the days asked for. Fails with `not_found` where nothing is published and no
/// rules are given.
Result<LevelSource> open_levels(const Invocation& invocation, const ListingOptions& options);

}  // namespace tidemark
