#include "score/account_listing.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "score/level_trails.h"
#include "score/loaded_activity.h"
#include "wire/json_properties.h"

namespace tidemark {
namespace {

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char character) {
    return static_cast<char>(std::tolower(character));
  });
  return text;
}

}  // namespace

std::string property_text(const PropertyValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
    return fmt::format("{}", fmt::join(*list, ", "));
  }
  return "";
}

Result<std::shared_ptr<AccountsOfDay>> AccountsOfDay::load(Store& store, std::optional<Day> day,
                                                           int trend_days, TimeZone zone) {
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const auto published = rules->day_or_last(day);
  if (!published) return published.error();
  auto ids = store.account_ids();
  if (!ids) return ids.error();
  auto loaded = std::make_shared<AccountsOfDay>((*published)->day, zone);
  auto walk = LevelTrails::over(store, {rules->days().front().day, loaded->day_}, trend_days);
  if (!walk) return walk.error();
  walk->move_to(loaded->day_);
  const RulesOfDay rules_of_day = rules->of(**published);
  for (const AccountNumber account : numbers_by_id(*ids)) {
    const LevelTrail& trail = walk->accounts()[account];
    if (trail.record.day == Day{}) continue;
    loaded->accounts_.push_back(
        {account,
         (*ids)[account],
         trail.record.standing.level,
         trail.since,
         trail.level_before,
         loaded->day_ - trail.first_day < rules_of_day.definition.window_days,
         trail.record.points,
         rules_of_day.display(trail.record.points),
         trail.points_before,
         {}});
    loaded->lower_ids_.push_back(lower_case((*ids)[account]));
  }
  return loaded;
}

Result<void> AccountsOfDay::load_columns(const AskStore& ask,
                                         const std::vector<std::string>& properties) {
  std::vector<std::string> missing;
  for (const std::string& property : properties) {
    if (!columns_.contains(property)) missing.push_back(property);
  }
  if (missing.empty()) return {};
  constexpr std::size_t kMostColumns = 64;
  if (columns_.size() + missing.size() > kMostColumns) {  // whoever asks for them reads them anew
    missing = properties;
    columns_.clear();
    orders_.clear();
  }
  const auto store = ask();
  if (!store) return store.error();
  const auto statements = (*store)->account_statements(missing);
  if (!statements) return statements.error();
  std::unordered_map<AccountNumber, std::size_t> places;
  for (std::size_t place = 0; place < accounts_.size(); ++place) {
    places.emplace(accounts_[place].account, place);
  }
  for (const std::string& property : missing) columns_[property].resize(accounts_.size());
  DayReader days(zone_);
  for (const Statement& statement : *statements) {
    if (statement.since && days.day_of(*statement.since) > day_) continue;
    const auto place = places.find(statement.account);
    if (place == places.end()) continue;
    columns_[statement.property][place->second] = property_value(statement.value);
  }
  return {};
}

AccountSort AccountSort::named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, By>, 5> kNames = {{{"id", By::id},
                                                                             {"points", By::points},
                                                                             {"trend", By::trend},
                                                                             {"level", By::level},
                                                                             {"since", By::since}}};
  const bool is_reversed = name.starts_with('-');
  if (is_reversed) name.remove_prefix(1);
  const auto found = std::ranges::find(kNames, name, [](const auto& entry) { return entry.first; });
  if (found != kNames.end()) return {found->second, {}, is_reversed};
  return {By::property, std::string(name), is_reversed};
}

bool AccountsOfDay::is_before(std::uint32_t one, std::uint32_t other,
                              const AccountSort& sort) const {
  const ListedAccount& a = accounts_[one];
  const ListedAccount& b = accounts_[other];
  const auto in_order = [&](const auto& of_a, const auto& of_b) {
    if (of_a == of_b) return one < other;  // places are in the order of ids
    return sort.is_reversed ? of_b < of_a : of_a < of_b;
  };
  const auto by = [&](const auto& key) { return in_order(key(a), key(b)); };
  switch (sort.by) {
    case AccountSort::By::id:
      return in_order(one, other);
    case AccountSort::By::points:
      return by([](const ListedAccount& account) { return -account.points.milli; });
    case AccountSort::By::trend:
      return by([](const ListedAccount& account) { return account.trend().milli; });
    case AccountSort::By::level:
      return by([](const ListedAccount& account) {
        return std::pair(-static_cast<int>(account.level), -account.points.milli);
      });
    case AccountSort::By::since:
      return by([](const ListedAccount& account) { return -account.since.number; });
    case AccountSort::By::property:
      break;
  }
  const Column& column = columns_.find(sort.property)->second;
  const auto key = [&](std::uint32_t place) {
    const PropertyValue& value = column[place];
    const auto number = number_of(value);
    return std::tuple(!number, number ? -*number : 0.0, property_text(value));
  };
  const auto is_absent = [&](std::uint32_t place) {
    return std::holds_alternative<std::monostate>(column[place]);
  };
  if (is_absent(one) != is_absent(other)) return is_absent(other);
  return in_order(key(one), key(other));
}

const AccountsOfDay::Places& AccountsOfDay::order_of(const AccountSort& sort) {
  auto& order = orders_[sort];
  if (order.size() == accounts_.size()) return order;
  order.resize(accounts_.size());
  std::iota(order.begin(), order.end(), 0U);
  if (sort == AccountSort{}) return order;
  std::ranges::sort(
      order, [&](std::uint32_t one, std::uint32_t other) { return is_before(one, other, sort); });
  return order;
}

bool AccountsOfDay::fits(std::uint32_t place, const AccountQuery& query,
                         const std::string& search) const {
  const ListedAccount& account = accounts_[place];
  const bool is_of_level =
      query.levels.empty() ? account.level != Level::inactive
                           : std::ranges::find(query.levels, account.level) != query.levels.end();
  const bool has_moved = !query.moved_within_days ||
                         (account.level_before && day_ - account.since < *query.moved_within_days);
  const bool is_of_trend = (!query.only_falling || account.trend().milli < 0) &&
                           (!query.only_rising || account.trend().milli > 0);
  if (!is_of_level || !has_moved || !is_of_trend) return false;
  if (!search.empty() && lower_ids_[place].find(search) == std::string::npos) return false;
  return std::ranges::all_of(query.where, [&](const AccountQuery::PropertyFilter& filter) {
    return property_text(columns_.find(filter.property)->second[place]) == filter.value;
  });
}

/// All that decides which accounts fit, and their order; lengths before texts, so that no two
/// queries have the same words.
std::string words_of(const AccountQuery& query) {
  const auto text = [](std::string_view part) { return fmt::format("{}:{} ", part.size(), part); };
  std::string words = fmt::format(
      "{}{} {} {} {} ", query.sort.is_reversed ? "-" : "", static_cast<int>(query.sort.by),
      query.moved_within_days.value_or(0), query.only_falling, query.only_rising);
  for (const Level level : query.levels) words += fmt::format("L{} ", index_of(level));
  words += text(query.sort.property) + text(query.search);
  for (const auto& filter : query.where) words += text(filter.property) + text(filter.value);
  return words;
}

std::shared_ptr<const AccountsOfDay::Places> AccountsOfDay::selection_of(
    const AccountQuery& query) {
  constexpr std::size_t kMost = 16;
  const std::string words = words_of(query);
  const auto found = std::ranges::find(selections_, words, &Selection::query);
  if (found != selections_.end()) {
    std::ranges::rotate(found, found + 1, selections_.end());
    return selections_.back().places;
  }
  auto places = std::make_shared<Places>();
  const std::string search = lower_case(query.search);
  std::ranges::copy_if(order_of(query.sort), std::back_inserter(*places),
                       [&](std::uint32_t place) { return fits(place, query, search); });
  if (selections_.size() == kMost) selections_.erase(selections_.begin());
  selections_.push_back({words, places});
  return places;
}

Result<AccountListing> AccountsOfDay::list(const AskStore& store, const AccountQuery& query) {
  const std::lock_guard lock(lock_);
  std::vector<std::string> properties = query.properties;
  for (const auto& filter : query.where) properties.push_back(filter.property);
  if (query.sort.by == AccountSort::By::property) properties.push_back(query.sort.property);
  if (auto loaded = load_columns(store, properties); !loaded) return loaded.error();

  const auto selection = selection_of(query);
  auto at = selection->begin();
  if (!query.after.empty()) {
    const auto last = std::ranges::lower_bound(accounts_, query.after, {}, &ListedAccount::id);
    if (last == accounts_.end() || last->id != query.after) {
      return Error{ErrorKind::not_found, fmt::format("{} is no account of {}; begin with the first "
                                                     "page",
                                                     query.after, day_text(day_))};
    }
    const auto place = static_cast<std::uint32_t>(last - accounts_.begin());
    at = std::ranges::upper_bound(*selection, place, [&](std::uint32_t one, std::uint32_t other) {
      return is_before(one, other, query.sort);
    });
  }
  AccountListing listing{day_, {}, selection->size(), false};
  for (; at != selection->end() && listing.accounts.size() < query.limit; ++at) {
    ListedAccount listed = accounts_[*at];
    for (const std::string& property : query.properties) {
      listed.properties.push_back(columns_[property][*at]);
    }
    listing.accounts.push_back(std::move(listed));
  }
  listing.has_more = at != selection->end();
  return listing;
}

Result<AccountListing> list_accounts(Store& store, const AccountQuery& query, TimeZone zone) {
  const auto accounts = AccountsOfDay::load(store, query.day, query.trend_days, zone);
  if (!accounts) return accounts.error();
  return (*accounts)->list([&]() -> Result<Store*> { return &store; }, query);
}

}  // namespace tidemark
