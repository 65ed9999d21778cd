#pragma once

#include "base/time_zone.h"
#include "model/property.h"
#include "score/published_rules.h"

namespace tidemark {

/// An account on a published day, as lists show it.
struct ListedAccount {
  AccountNumber account = 0;
  std::string id;
  Level level = Level::inactive;      // published
  Day since;                          // the day that level was published
  std::optional<Level> level_before;  // none: it has none but this
  bool is_ramping = false;            // its first 30 days
  Points points;
  std::optional<std::uint8_t> display;
  Points points_before;                   // `trend_days` earlier; 0 where it was not there yet
  std::vector<PropertyValue> properties;  // those asked for, as of the day

  Points trend() const { return points - points_before; }
};

/// Which accounts to list, and what to say of them.
struct AccountQuery {
  struct PropertyFilter {
    std::string property;
    std::string value;  // as text: of a number its shortest spelling
  };

  std::optional<Day> day;  // else the last one published
  int trend_days = 30;
  std::vector<Level> levels;  // else all but inactive
  std::optional<int> moved_within_days;
  bool only_falling = false;  // points went down over the trend's days
  bool only_rising = false;
  std::vector<PropertyFilter> where;
  std::vector<std::string> properties;  // to list
};

struct AccountListing {
  Day day;
  std::vector<ListedAccount> accounts;  // in byte order of their ids
};

Result<AccountListing> list_accounts(Store& store, const AccountQuery& query, TimeZone zone);

/// A property's value as people read it; empty where there is none.
std::string property_text(const PropertyValue& value);

}  // namespace tidemark
