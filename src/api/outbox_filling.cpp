#include "api/outbox_filling.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "deliver/deliveries_of.h"
#include "deliver/field_value.h"
#include "deliver/files_carrier.h"
#include "deliver/kinds.h"
#include "score/news_of_day.h"
#include "score/score_run.h"

namespace tidemark {
namespace {

Telling telling_of(const Destination& destination) { return kind_of(destination.kind).telling; }

/// Digests say how many accounts there are: with an audience, of it.
bool asks_of_accounts(const Destination& destination) {
  const Telling telling = telling_of(destination);
  return telling == Telling::standings ||
         (telling != Telling::snapshots && !destination.audience.empty());
}

/// The news of days, each worked out once for all destinations.
class News {
 public:
  /// With where accounts stand on the `last` day, where somebody is told.
  News(Store& store, TimeZone zone, std::optional<Day> last, std::vector<std::string> properties,
       std::set<std::string> silenced)
      : store_(store),
        zone_(zone),
        last_(last),
        properties_(std::move(properties)),
        silenced_(std::move(silenced)) {}

  Result<const NewsOfDay*> of(Day day) {
    const auto known = days_.find(day);
    if (known != days_.end()) return &known->second;
    const NewsOf what = day == last_ ? NewsOf::moves_and_accounts : NewsOf::moves;
    auto news = news_of_day(store_, day, what, properties_, zone_, Cores::all());
    if (!news) return news.error();
    const auto is_silenced = [&](const AccountNews& account) {
      return silenced_.contains(account.account);
    };
    std::erase_if(news->moves, is_silenced);
    std::erase_if(news->accounts, is_silenced);
    return &days_.emplace(day, *std::move(news)).first->second;
  }

 private:
  Store& store_;
  TimeZone zone_;
  std::optional<Day> last_;
  std::vector<std::string> properties_;
  std::set<std::string> silenced_;
  std::map<Day, NewsOfDay> days_;
};

/// Nothing was published when the destination was created, or its fields changed since.
bool is_unfilled(const Destination& destination) {
  return destination.filled_until.value_or(kFirstDay) <= kFirstDay;
}

/// The published days that a destination has not received yet; empty if there is none. Days
/// published before it was created are history. So are days older than a week at that time, even
/// if they were published later: a first run over years of events sends no old changes.
DayRange missing_days(const Destination& destination, DayRange published, TimeZone zone) {
  const bool is_first = is_unfilled(destination);
  if (telling_of(destination) == Telling::standings) {
    return {is_first ? published.last : *destination.filled_until + 1, published.last};
  }
  const Day finished_at_creation = last_finished_day(FixedClock(destination.created), zone);
  if (is_first) return {std::max(finished_at_creation, published.first), published.last};
  return {std::max({*destination.filled_until + 1, finished_at_creation - (kRecentDays - 1),
                    published.first}),
          published.last};
}

/// What destinations have to know of accounts, for their audience or to tell.
std::vector<std::string> properties_for(const std::vector<Destination>& destinations) {
  std::set<std::string> names;
  for (const Destination& destination : destinations) {
    for (const Sought& sought : destination.audience) names.insert(sought.property);
    for (const FilledField& field : destination.fields) {
      const auto value = FieldValue::parse(field.value);
      if (value && !value->property().empty()) names.insert(value->property());
    }
  }
  return {names.begin(), names.end()};
}

/// The part of the news that a destination is told of.
NewsOfDay news_for(const Destination& destination, const NewsOfDay& news) {
  if (destination.audience.empty()) return news;
  NewsOfDay told = news;
  const auto is_told = [&](const AccountNews& account) {
    return is_of_audience(destination, account);
  };
  std::erase_if(told.moves, std::not_fn(is_told));
  std::erase_if(told.accounts, std::not_fn(is_told));
  told.active_accounts = std::ranges::count_if(news.accounts, [&](const AccountNews& account) {
    return is_told(account) && account.level != Level::inactive;
  });
  return told;
}

Result<Filling> filling_of(const Destination& destination, DayRange missing, News& news,
                           Outbox& outbox) {
  Filling filling{destination, missing.last, {}, {}};
  if (telling_of(destination) == Telling::snapshots) {
    for (Day day = missing.first; day <= missing.last; ++day) {
      if (is_due(destination.rhythm, day)) filling.deliveries.push_back(snapshot_to_deliver(day));
    }
    return filling;
  }
  if (telling_of(destination) == Telling::standings) {
    const auto last = news.of(missing.last);
    if (!last) return last.error();
    const auto told = outbox.told(destination.name);
    if (!told) return told.error();
    auto differences = differences_to_deliver(destination, news_for(destination, **last), *told);
    filling.deliveries = std::move(differences.deliveries);
    filling.unchanged = std::move(differences.unchanged);
    for (const AccountNews& account : (*last)->accounts) {
      if (is_of_audience(destination, account)) continue;
      filling.unchanged.push_back(account.account);
      if (told->contains(account.account)) filling.left.push_back(account.account);
    }
    return filling;
  }
  const bool is_digest = telling_of(destination) == Telling::digest;
  for (Day day = is_digest ? missing.last : missing.first; day <= missing.last; day = day + 1) {
    const auto of_day = news.of(day);
    if (!of_day) return of_day.error();
    const NewsOfDay told = news_for(destination, **of_day);
    std::ranges::move(
        is_digest ? digest_to_deliver(destination.kind, told) : moves_to_deliver(told),
        std::back_inserter(filling.deliveries));
  }
  return filling;
}

/// What of a destination's first deliveries is no news: all but those who moved on the day.
void mark_backfill(Filling& filling, News& news) {
  std::set<std::string_view> moved;
  if (telling_of(filling.destination) == Telling::standings) {
    const auto of_day = news.of(filling.until);
    if (of_day) {
      for (const AccountNews& move : (*of_day)->moves) moved.insert(move.account);
    }
  }
  for (Parcel& delivery : filling.deliveries) {
    delivery.is_backfill = !moved.contains(delivery.account);
  }
}

}  // namespace

StandingsOn standings_in(Store& store, Outbox& outbox, TimeZone zone) {
  return [&store, &outbox, zone](const Destination& destination,
                                 Day day) -> Result<std::vector<AccountNews>> {
    auto silenced = silenced_accounts(outbox);
    if (!silenced) return silenced.error();
    auto moment = store.beside(Reads::one_moment);
    if (!moment) return moment.error();
    News news(**moment, zone, day, properties_for({destination}), *std::move(silenced));
    const auto of_day = news.of(day);
    if (!of_day) return of_day.error();
    return news_for(destination, **of_day).accounts;
  };
}

MembersOf members_in(Store& store) {
  return [&store](const std::string& account, Day day) -> Result<std::vector<std::string>> {
    constexpr int kLately = 90;
    auto moment = store.beside(Reads::one_moment);
    if (!moment) return moment.error();
    const auto ids = (*moment)->account_ids();
    if (!ids) return ids.error();
    const auto number = ids->find(account);
    if (!number) return std::vector<std::string>{};
    const auto events = (*moment)->events_of(static_cast<AccountNumber>(*number));
    if (!events) return events.error();
    // Days of other zones begin at most a day apart.
    const Instant since{std::chrono::days{(day - (kLately + 1)).number}};
    std::set<std::string> members;
    for (const AccountEvent& event : *events) {
      if (event.at >= since && !event.user.empty()) members.insert(event.user);
    }
    return std::vector<std::string>(members.begin(), members.end());
  };
}

Result<std::set<std::string>> silenced_accounts(Outbox& outbox) {
  const auto silenced = outbox.silenced();
  if (!silenced) return silenced.error();
  std::set<std::string> accounts;
  for (const Silenced& one : *silenced) accounts.insert(one.account);
  return accounts;
}

Result<std::vector<Filling>> missing_deliveries(Store& store, Outbox& outbox, TimeZone zone) {
  const auto destinations = outbox.destinations();
  if (!destinations) return destinations.error();
  std::vector<Filling> fillings;
  if (destinations->empty()) return fillings;
  const auto published = store.published_days();
  if (!published) return published.error();
  if (published->empty()) return fillings;
  const Day last = published->back().day;
  auto silenced = silenced_accounts(outbox);
  if (!silenced) return silenced.error();
  News news(
      store, zone,
      std::ranges::any_of(*destinations, asks_of_accounts) ? std::optional(last) : std::nullopt,
      properties_for(*destinations), *std::move(silenced));
  for (const Destination& destination : *destinations) {
    const DayRange missing = missing_days(destination, {published->front().day, last}, zone);
    if (missing.length() <= 0) continue;
    auto filling = filling_of(destination, missing, news, outbox);
    if (!filling) return filling.error();
    if (is_unfilled(destination) && kind_of(destination.kind).takes_fields()) {
      mark_backfill(*filling, news);
    }
    fillings.push_back(*std::move(filling));
  }
  return fillings;
}

Result<void> fill(Outbox& outbox, const std::vector<Filling>& fillings, Instant now) {
  for (const Filling& filling : fillings) {
    const Destination& destination = filling.destination;
    if (!outbox.destination(destination.name)) continue;  // it was removed meanwhile
    std::vector<Parcel> deliveries = filling.deliveries;
    for (Parcel& delivery : deliveries) {
      delivery.due = now;
      // What stood there before may be told once more, though nothing of it is new.
      if (delivery.is_backfill) delivery.id += fmt::format("_{}", now.time_since_epoch().count());
    }
    if (auto gone = outbox.withdraw(destination.name, filling.unchanged); !gone) return gone;
    if (auto gone = outbox.forget_told(destination.name, filling.left); !gone) return gone;
    auto filled = outbox.fill(destination, filling.until, deliveries,
                              telling_of(destination) == Telling::standings);
    if (!filled) return filled;
  }
  return {};
}

}  // namespace tidemark
