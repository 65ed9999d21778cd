#include "score/live_activity.h"

#include <algorithm>

#include <fmt/format.h>

#include "score/account_activity.h"
#include "score/account_facts.h"
#include "wire/json_properties.h"

namespace tidemark {
namespace {

// So many are loaded in no time: what made a load stale is then mended by the next question.
constexpr std::uint64_t kFewEvents = 2'000'000;

/// The account a user's property `account_id` names.
std::string account_named(std::string_view json) {
  const PropertyValue value = property_value(json);
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr ? *text : std::string();
}

}  // namespace

Result<std::unique_ptr<LiveActivity>> LiveActivity::load(Store& store,
                                                         const Definition& definition) {
  auto live = unloaded(store, definition);
  if (auto loaded = live->load(); !loaded) return loaded.error();
  return live;
}

std::unique_ptr<LiveActivity> LiveActivity::unloaded(Store& store, const Definition& definition) {
  return std::unique_ptr<LiveActivity>(new LiveActivity(store, definition));
}

Result<void> LiveActivity::load() {
  const Cores cores = Cores::all();
  auto loaded = load_activity(store_, definition_, cores);
  if (!loaded) return loaded.error();
  auto identity = store_.identity();
  if (!identity) return identity.error();
  auto senders = store_.unnamed_senders();
  if (!senders) return senders.error();
  const auto zone = TimeZone::named(definition_.time_zone);
  if (!zone) return zone.error();
  reader_.reset();
  signals_.reset();
  loaded_ = *std::move(loaded);
  identity_ = **identity;
  numbers_.clear();
  for (const std::string& id : loaded_.account_ids) {
    numbers_.emplace(id, static_cast<AccountNumber>(numbers_.size()));
  }
  since_.clear();
  changed_.clear();
  senders_.clear();
  for (const UnnamedSender& sender : *senders) add_sender(sender.user, sender.anonymous);
  leading_.clear();
  identity_.for_each_alias(
      [&](const std::string& id, const std::string& user) { leading_[user].push_back(id); });
  signals_ = std::make_unique<EventSignals>(definition_, loaded_.signals, loaded_.account_ids);
  reader_ = std::make_unique<OccurrenceReader>(*signals_, *zone);
  is_stale_ = false;
  return {};
}

void LiveActivity::count_by(const Definition& definition) {
  definition_ = definition;
  forget();
}

void LiveActivity::forget() {
  is_stale_ = true;
  identity_ = {};  // users may count by domain now, or not any more
}

void LiveActivity::add_sender(std::string_view user, std::string_view visitor) {
  for (const auto& [id, other] : {std::pair(user, visitor), std::pair(visitor, user)}) {
    if (id.empty()) continue;
    auto sender = senders_.find(id);
    if (sender == senders_.end()) {
      sender = senders_.emplace(std::string(id), std::vector<std::string>()).first;
    }
    if (other.empty() || std::ranges::find(sender->second, other) != sender->second.end()) continue;
    sender->second.emplace_back(other);
  }
}

void LiveActivity::follow(const CollectStep& step, const std::vector<bool>& is_new) {
  // Rules are numbered behind event names: a new name would take a rule's number.
  if (!step.new_event_names.empty() && !loaded_.signals.rules.empty()) is_stale_ = true;
  // Domains may give any user another account: nothing is held then.
  if (is_stale_ || identity_.counts_by_domain()) return;
  for (const std::string& name : step.new_event_names) loaded_.signals.event_names.push_back(name);
  if (!step.new_event_names.empty()) signals_->follow_names();
  for (const std::string& id : step.new_accounts) {
    numbers_.emplace(id, static_cast<AccountNumber>(loaded_.account_ids.size()));
    loaded_.account_ids.push_back(id);
  }
  signals_->follow_accounts(loaded_.account_ids);

  // First what is said of people: it may be of this step's events.
  const StatementBatch& of_users = step.intake.of_users;
  for (std::size_t at = 0; at < of_users.size(); ++at) {
    if (of_users.property[at] != "account_id") continue;
    follow_belonging(of_users.user[at], of_users.value[at],
                     of_users.since[at].value_or(Instant::min()));
  }
  for (const Alias& alias : step.intake.aliases) follow_alias(alias);
  const StatementBatch& of_accounts = step.intake.of_accounts;
  for (std::size_t at = 0; at < of_accounts.size(); ++at) {
    if (of_accounts.property[at] == "merged_into") is_stale_ = true;
    if (asks_for(definition_, of_accounts.property[at])) {
      changed_.insert(identity_.root_of(of_accounts.account[at]));
    }
  }
  follow_events(step, is_new);
}

void LiveActivity::follow_events(const CollectStep& step, const std::vector<bool>& is_new) {
  const EventBatch& events = step.intake.events;
  std::vector<AccountNumber> accounts(events.size(), kNoAccount);
  std::vector<std::string_view> users(events.size());
  std::vector<std::string_view> properties(events.size());
  for (std::size_t row = 0; row < events.size(); ++row) {
    users[row] = events.user[row];
    properties[row] = events.properties[row];
    if (!is_new[row]) continue;  // counts for nobody, again
    accounts[row] = identity_.account_of(events.account[row], events.user[row],
                                         events.anonymous[row], events.at[row]);
    if (events.account[row] == kNoAccount) add_sender(events.user[row], events.anonymous[row]);
  }
  // A block is made for loading a log: one is kept, not allocated for each commit.
  if (reader_->blocks.size() > 1) reader_->blocks.resize(1);
  for (auto& block : reader_->blocks) block.clear();
  reader_->read({accounts, events.at, events.name, users, properties});
  for (const auto& block : reader_->blocks) {
    for (const Occurrence& occurrence : block) add_cell(occurrence);
  }
}

void LiveActivity::add_cell(const Occurrence& occurrence) {
  std::vector<Cell>& cells = since_[occurrence.account];
  // The newest is the likeliest.
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    if (cell->day == occurrence.day && cell->signal == occurrence.signal) {
      ++cell->count;
      return;
    }
  }
  cells.push_back({occurrence.day, occurrence.signal, 1});
}

template <class Change>
void LiveActivity::mark_affected(std::string_view id, const Change& change) {
  std::vector<std::string> ids{std::string(id)};
  for (std::size_t at = 0; at < ids.size(); ++at) {
    const auto leading = leading_.find(ids[at]);
    if (leading == leading_.end()) continue;
    for (const std::string& one : leading->second) {
      if (std::ranges::find(ids, one) == ids.end()) ids.push_back(one);
    }
  }
  std::erase_if(ids, [&](const std::string& one) { return !senders_.contains(one); });
  const auto mark_reach = [&](std::string_view of) {
    for (const AccountNumber account : identity_.accounts_within_reach(of)) {
      changed_.insert(account);
    }
  };
  const auto mark = [&] {
    for (const std::string& one : ids) {
      mark_reach(one);
      for (const std::string& other : senders_.find(one)->second) mark_reach(other);
    }
  };
  mark();
  change();
  mark();
}

void LiveActivity::follow_belonging(std::string_view user, std::string_view json, Instant since) {
  const auto account = numbers_.find(account_named(json));
  if (account == numbers_.end() || !identity_.is_news(user, account->second)) return;
  mark_affected(user, [&] { identity_.belongs(user, account->second, since); });
}

void LiveActivity::follow_alias(const Alias& alias) {
  mark_affected(alias.id, [&] {
    identity_.is_same(alias);
    std::vector<std::string>& leading = leading_[alias.user];
    if (std::ranges::find(leading, alias.id) == leading.end()) leading.push_back(alias.id);
  });
}

bool LiveActivity::is_in_memory(AccountNumber account) const {
  return !is_stale_ && !identity_.counts_by_domain() && !changed_.contains(account);
}

bool LiveActivity::holds(const std::string& account_id) const {
  const auto number = numbers_.find(account_id);
  return number != numbers_.end() && is_in_memory(identity_.root_of(number->second));
}

Result<LoadedActivity> LiveActivity::of(const std::string& account_id) {
  if (is_stale_ && !identity_.counts_by_domain()) {
    const auto events = store_.event_count();
    if (!events) return events.error();
    if (*events <= kFewEvents) {
      if (auto loaded = load(); !loaded) return loaded.error();
    }
  }
  if (!is_stale_ && !identity_.counts_by_domain()) {
    const auto number = numbers_.find(account_id);
    if (number == numbers_.end()) return unknown_account(account_id, loaded_.account_ids);
    const AccountNumber account = identity_.root_of(number->second);
    if (is_in_memory(account)) return in_memory(account);
    return load_activity_of(store_, account, loaded_.account_ids[account], definition_);
  }
  const auto ids = store_.account_ids();
  if (!ids) return ids.error();
  const auto found = ids->find(account_id);
  if (!found) return unknown_account(account_id, *ids);
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  const AccountNumber account = (*identity)->root_of(static_cast<AccountNumber>(*found));
  return load_activity_of(store_, account, (*ids)[account], definition_);
}

LoadedActivity LiveActivity::in_memory(AccountNumber account) const {
  constexpr AccountNumber kAlone = 0;
  LoadedActivity alone;
  alone.definition = definition_;
  alone.signals = loaded_.signals;
  alone.account_ids = {loaded_.account_ids[account]};
  OccurrenceBlocks blocks(1);
  const auto add = [&](Day day, SignalNumber signal, std::uint32_t count) {
    blocks[0].insert(blocks[0].end(), count, Occurrence::of(kAlone, day, signal));
  };
  const History& history = loaded_.history;
  if (account < history.accounts()) {
    history.for_each_cell(account, history.days(), [&](Day day, std::uint32_t number) {
      const DayKind kind = history.kinds()[number];
      add(day, kind.signal, kind.count);
    });
  }
  if (const auto since = since_.find(account); since != since_.end()) {
    for (const Cell& cell : since->second) add(kFirstDay + cell.day, cell.signal, cell.count);
  }
  const Cores one_core(1);
  alone.history = History::of(blocks, 1, one_core);
  if (account < loaded_.facts.size()) alone.facts = {loaded_.facts[account]};
  return alone;
}

}  // namespace tidemark
