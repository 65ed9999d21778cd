#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

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
  bool is_ramping = false;            // younger than the window
  Points points;
  std::optional<std::uint8_t> display;
  Points points_before;                   // `trend_days` earlier; 0 where it was not there yet
  std::vector<PropertyValue> properties;  // those asked for, as of the day

  Points trend() const { return points - points_before; }
};

/// What a list of accounts is ordered by; alike ones by id.
struct AccountSort {
  enum class By : std::uint8_t {
    id,
    points,    // the most first
    trend,     // what fell most first
    level,     // the highest first, then the most points
    since,     // the latest first
    property,  // numbers from the largest, then texts upwards, then accounts without it
  };
  By by = By::id;
  std::string property = {};
  bool is_reversed = false;  // but alike ones, and accounts without the property, stand as before

  /// By its name, or a property's, with a minus before it for the other way: `points`, `-points`.
  static AccountSort named(std::string_view name);

  auto operator<=>(const AccountSort&) const = default;
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
  std::string search = {};  // a part of the id, in any case
  std::vector<PropertyFilter> where = {};
  std::vector<std::string> properties = {};  // to list
  AccountSort sort = {};
  std::string after = {};               // the id that ended the page before; empty: from the first
  std::size_t limit = ~std::size_t{0};  // of the page
};

struct AccountListing {
  Day day;
  std::vector<ListedAccount> accounts;  // of the page
  std::size_t total = 0;                // that fit
  bool has_more = false;                // after the page
};

/// All accounts of a published day, as they were published, ready to be listed in any order. Safe
/// to use from several threads at once.
class AccountsOfDay {
 public:
  /// Fails with `not_found` when nothing is published, or not that day.
  static Result<std::shared_ptr<AccountsOfDay>> load(Store& store, std::optional<Day> day,
                                                     int trend_days, TimeZone zone);

  AccountsOfDay(Day day, TimeZone zone) : day_(day), zone_(zone) {}

  Day day() const { return day_; }

  /// Where properties are read from; asked only for those that were not asked for before.
  using AskStore = std::function<Result<Store*>()>;

  /// A page of the accounts that fit; its day and trend are those loaded. Fails with `not_found`
  /// where the page before ended with an account that is not there.
  Result<AccountListing> list(const AskStore& store, const AccountQuery& query);

 private:
  using Column = std::vector<PropertyValue>;  // by place in `accounts_`
  using Places = std::vector<std::uint32_t>;  // in `accounts_`
  struct Selection {
    std::string query;
    std::shared_ptr<const Places> places;
  };

  Result<void> load_columns(const AskStore& ask, const std::vector<std::string>& properties);
  const Places& order_of(const AccountSort& sort);
  std::shared_ptr<const Places> selection_of(const AccountQuery& query);
  bool is_before(std::uint32_t one, std::uint32_t other, const AccountSort& sort) const;
  bool fits(std::uint32_t place, const AccountQuery& query, const std::string& search) const;

  Day day_;
  TimeZone zone_;
  std::vector<ListedAccount> accounts_;  // in byte order of their ids
  std::vector<std::string> lower_ids_;   // in lower case, by place
  std::mutex lock_;
  std::map<std::string, Column, std::less<>> columns_;  // by property
  std::map<AccountSort, Places> orders_;
  std::vector<Selection> selections_;  // of the last few queries, the last used last
};

/// The accounts of a day that fit, read from the store.
Result<AccountListing> list_accounts(Store& store, const AccountQuery& query, TimeZone zone);

/// A property's value as people read it; empty where there is none.
std::string property_text(const PropertyValue& value);

}  // namespace tidemark
