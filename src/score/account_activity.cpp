#include "score/account_activity.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "score/account_facts.h"
#include "score/occurrence_reader.h"

namespace tidemark {
namespace {

constexpr AccountNumber kAlone = 0;

EventColumns columns_of(const AccountEvent& event, std::string_view& user,
                        std::string_view& properties) {
  user = event.user;
  properties = event.properties;
  return {{&kAlone, 1}, {&event.at, 1}, {&event.name, 1}, {&user, 1}, {&properties, 1}};
}

}  // namespace

Result<AccountNumber> find_account(Store& store, const std::string& id) {
  const auto account_ids = store.account_ids();
  if (!account_ids) return account_ids.error();
  const auto found = account_ids->find(id);
  if (!found) return unknown_account(id, *account_ids);
  const auto account = static_cast<AccountNumber>(*found);
  const auto identity = store.identity();
  if (!identity) return identity.error();
  if (const AccountNumber root = (*identity)->root_of(account); root != account) {
    return Error{ErrorKind::not_found, fmt::format("{0} is merged: all it did counts for {1}; ask "
                                                   "for {1}",
                                                   id, (*account_ids)[root])};
  }
  return account;
}

Result<LoadedActivity> activity_of_events(Store& store, const std::string& account_id,
                                          const Definition& definition,
                                          const std::vector<AccountEvent>& events,
                                          std::vector<Statement> statements) {
  const auto zone = TimeZone::named(definition.time_zone);
  if (!zone) return zone.error();
  auto loaded = load_signals(store, definition);
  if (!loaded) return loaded.error();
  loaded->account_ids = {account_id};
  const EventSignals signals(definition, loaded->signals, loaded->account_ids);
  OccurrenceReader reader(signals, *zone);
  std::string_view user;
  std::string_view properties;
  for (const AccountEvent& event : events) reader.read(columns_of(event, user, properties));
  loaded->history = History::of(reader.blocks, 1, Cores(1));
  for (Statement& statement : statements) statement.account = kAlone;
  loaded->facts = account_facts_of(statements, definition, *zone, 1);
  return loaded;
}

Result<LoadedActivity> load_activity_of(Store& store, AccountNumber account,
                                        const std::string& account_id,
                                        const Definition& definition) {
  const auto events = store.events_of(account);
  if (!events) return events.error();
  auto statements = store.statements_of_account(account);
  if (!statements) return statements.error();
  return activity_of_events(store, account_id, definition, *events, *std::move(statements));
}

Result<UserActions> actions_by_user(const LoadedActivity& loaded,
                                    const std::vector<AccountEvent>& events) {
  const auto zone = TimeZone::named(loaded.definition.time_zone);
  if (!zone) return zone.error();
  const EventSignals signals(loaded.definition, loaded.signals, loaded.account_ids);
  const std::vector<SignalUse> uses = uses_of_signals(loaded.definition, loaded.signals);
  OccurrenceReader reader(signals, *zone);
  std::map<std::string_view, std::size_t> users;
  for (const AccountEvent& event : events) users.emplace(event.person, 0);
  UserActions actions;
  for (auto& [id, number] : users) {
    number = actions.users.size();
    actions.users.emplace_back(id);
  }
  actions.last_days.resize(users.size());
  std::map<std::tuple<Day, std::size_t, std::size_t>, std::int64_t> counts;
  std::string_view user;
  std::string_view properties;
  for (const AccountEvent& event : events) {
    if (!reader.blocks.empty()) reader.blocks.front().clear();
    reader.read(columns_of(event, user, properties));
    if (reader.blocks.empty()) continue;
    const std::size_t number = users.at(event.person);
    for (const Occurrence& occurrence : reader.blocks.front()) {
      const SignalUse& use = uses[occurrence.signal];
      const Day day = kFirstDay + occurrence.day;
      if (!use.is_activity) continue;
      actions.last_days[number] = std::max(actions.last_days[number], day);
      for (const std::size_t action : use.actions) ++counts[{day, action, number}];
    }
  }
  for (const auto& [key, count] : counts) {
    const auto& [day, action, number] = key;
    actions.counts.push_back({day, action, number, count});
  }
  return actions;
}

}  // namespace tidemark
