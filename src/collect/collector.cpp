#include "collect/collector.h"

#include <algorithm>

#include <fmt/format.h>
#include <xxhash.h>

#include "wire/json_text.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostWaitingBytes = std::size_t{64} << 20;
constexpr std::size_t kMessagesOfStep = 50'000;
constexpr std::size_t kMostSaid = 1'000'000;
constexpr std::size_t kDeliveryBytes = 500;  // of a delivery without texts

std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace

Result<std::unique_ptr<Collector>> Collector::start(Store& store, std::mutex& store_lock) {
  std::unique_ptr<Collector> collector(new Collector(store, store_lock));
  {
    const std::scoped_lock lock(store_lock);
    if (auto loaded = collector->load_names(); !loaded) return loaded.error();
  }
  collector->thread_ = std::jthread([raw = collector.get()] { raw->run(); });
  return collector;
}

Collector::~Collector() {
  {
    const std::scoped_lock lock(lock_);
    is_ending_ = true;
  }
  changed_.notify_all();
}

Result<void> Collector::load_names() {
  const auto accounts = store_.account_ids();
  if (!accounts) return accounts.error();
  const auto event_names = store_.event_names();
  if (!event_names) return event_names.error();
  accounts_.emplace(*accounts);
  event_names_.emplace(*event_names);
  return {};
}

bool Collector::submit(Delivery delivery, OnDone on_done) {
  {
    const std::scoped_lock lock(lock_);
    if (is_ending_ || waiting_bytes_ > kMostWaitingBytes) {
      ++counts_.busy;
      return false;
    }
    waiting_bytes_ += delivery.bytes() + kDeliveryBytes;
    counts_.waiting += delivery.messages().size();
    waiting_.push_back({std::move(delivery), std::move(on_done)});
  }
  changed_.notify_one();
  return true;
}

void Collector::run() {
  for (;;) {
    std::vector<Waiting> taken;
    {
      std::unique_lock lock(lock_);
      changed_.wait(lock, [&] { return is_ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::size_t messages = 0;
      while (!waiting_.empty() && messages < kMessagesOfStep) {
        messages += waiting_.front().delivery.messages().size();
        waiting_bytes_ -= waiting_.front().delivery.bytes() + kDeliveryBytes;
        taken.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      counts_.waiting -= messages;
    }
    store_all(taken);
  }
}

void Collector::store_all(std::vector<Waiting>& taken) {
  const std::scoped_lock lock(store_lock_);
  const CollectStep step = step_of(taken);
  const auto is_new = store_.collect(step);
  is_failing_ = !is_new;
  if (is_new) {
    const auto events = static_cast<std::uint64_t>(std::ranges::count(*is_new, true));
    counts_.events += events;
    counts_.duplicates += is_new->size() - events;
    counts_.refused += step.refusals.size();
    ++counts_.batches;
  } else {
    ++counts_.failures;
    said_.clear();
    // Numbers given to new names were never stored.
    [[maybe_unused]] const auto reloaded = load_names();
  }
  const Result<void> outcome = is_new ? Result<void>() : Result<void>(is_new.error());
  for (const Waiting& waiting : taken) waiting.on_done(outcome);
}

CollectStep Collector::step_of(const std::vector<Waiting>& taken) {
  CollectStep step;
  for (const auto& [delivery, on_done] : taken) {
    step.refusals.insert(step.refusals.end(), delivery.refusals().begin(),
                         delivery.refusals().end());
    for (const Message& message : delivery.messages()) add_message(delivery, message, step);
  }
  step.new_accounts = accounts_->take_new();
  step.new_event_names = event_names_->take_new();
  return step;
}

void Collector::add_message(const Delivery& delivery, const Message& message, CollectStep& step) {
  const auto text = [&](Part part) { return delivery.text(message, part); };
  const auto state = [&](StatementBatch& statements, std::string_view name,
                         std::string_view value) {
    statements.property.push_back(name);
    statements.value.push_back(value);
    statements.since.emplace_back(message.at);
    statements.line.push_back(statements.line.size());
  };
  switch (message.saying) {
    case Saying::event:
      return add_event(delivery, message, step);
    case Saying::trait_of_user:
      if (!is_news(fmt::format("u{}", text(Part::user)), text(Part::name), text(Part::value),
                   message.at)) {
        return;
      }
      step.intake.of_users.user.push_back(text(Part::user));
      return state(step.intake.of_users, text(Part::name), text(Part::value));
    case Saying::trait_of_account: {
      const std::string_view account = text(Part::account);
      if (!is_news(fmt::format("a{}", account), text(Part::name), text(Part::value), message.at)) {
        return;
      }
      step.intake.of_accounts.account.push_back(
          static_cast<AccountNumber>(accounts_->number_of(account)));
      return state(step.intake.of_accounts, text(Part::name), text(Part::value));
    }
    case Saying::belonging:
    case Saying::implied: {
      const std::string_view account = text(Part::account);
      // Said outright it is kept as said; said by the way, only where it is news.
      if (message.saying == Saying::implied &&
          !is_news(fmt::format("u{}", text(Part::user)), "account_id", account, message.at)) {
        return;
      }
      accounts_->number_of(account);
      std::string value;
      append_json_text(value, account);
      step.intake.of_users.user.push_back(text(Part::user));
      return state(step.intake.of_users, "account_id", value);
    }
    case Saying::alias: {
      const std::string_view visitor = text(Part::visitor);
      if (!is_news(fmt::format("v{}", visitor), "alias", text(Part::user), message.at)) return;
      step.intake.aliases.push_back(
          {std::string(visitor), std::string(text(Part::user)), message.at});
      return;
    }
  }
}

void Collector::add_event(const Delivery& delivery, const Message& message, CollectStep& step) {
  const auto text = [&](Part part) { return delivery.text(message, part); };
  const std::string_view name = text(Part::name);
  if (!event_names_->knows(name) && event_names_->size() == kMostSignals) {
    Refusal refusal;
    refusal.source = delivery.source();
    refusal.dialect = delivery.dialect();
    refusal.received_at = delivery.received_at();
    refusal.reason = RejectReason::too_many_event_names;
    refusal.field = "event";
    refusal.value = name;
    step.refusals.push_back(std::move(refusal));
    return;
  }
  const std::string_view account = text(Part::account);
  step.intake.events.add(
      {.account =
           account.empty() ? kNoAccount : static_cast<AccountNumber>(accounts_->number_of(account)),
       .at = message.at,
       .name = static_cast<SignalNumber>(event_names_->number_of(name)),
       .user = text(Part::user),
       .anonymous = text(Part::visitor),
       .properties = text(Part::value),
       .received_at = delivery.received_at(),
       .message = message.id});
  step.source.push_back(delivery.source());
}

bool Collector::is_news(const std::string& subject, std::string_view name, std::string_view value,
                        Instant at) {
  if (said_.size() >= kMostSaid) said_.clear();  // what is said again is then stored again
  const std::uint64_t key = hash_of(name, hash_of(subject));
  const std::uint64_t hash = hash_of(value);
  const auto [said, is_first] = said_.try_emplace(key, Said{at, hash});
  if (is_first) return true;
  if (said->second.at <= at && said->second.value == hash) return false;
  if (said->second.at <= at) said->second = {at, hash};
  return true;
}

}  // namespace tidemark
