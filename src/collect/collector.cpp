#include "collect/collector.h"

#include <algorithm>
#include <iterator>

namespace tidemark {
namespace {

constexpr std::size_t kMessagesOfStep = 50'000;
constexpr std::chrono::seconds kBetweenTries{1};
constexpr std::size_t kDeliveryBytes = 500;  // of a delivery without texts

}  // namespace

Result<std::unique_ptr<Collector>> Collector::start(Store& store, std::mutex& store_lock,
                                                    OnStored on_stored, OnFailed on_failed,
                                                    const CollectLimits& limits) {
  std::unique_ptr<Collector> collector(
      new Collector(store, store_lock, std::move(on_stored), std::move(on_failed), limits));
  {
    const std::scoped_lock lock(store_lock);
    if (auto loaded = collector->load_names(); !loaded) return loaded.error();
  }
  collector->telling_ = std::jthread([raw = collector.get()] { raw->tell(); });
  collector->thread_ = std::jthread([raw = collector.get()] { raw->run(); });
  return collector;
}

Collector::~Collector() { stop(); }

void Collector::stop() {
  {
    const std::scoped_lock lock(lock_);
    is_ending_ = true;
  }
  changed_.notify_all();
  for (std::jthread* thread : {&thread_, &telling_}) {
    if (thread->joinable()) thread->join();
  }
}

Result<void> Collector::load_names() {
  const auto accounts = store_.account_ids();
  if (!accounts) return accounts.error();
  const auto event_names = store_.event_names();
  if (!event_names) return event_names.error();
  accounts_.emplace(*accounts);
  event_names_.emplace(*event_names);
  const auto counts_by_domain = store_.counts_by_domain();
  if (!counts_by_domain) return counts_by_domain.error();
  intake_.emplace(*accounts_, *event_names_, *counts_by_domain);
  return {};
}

bool Collector::submit(Delivery delivery, OnDone on_done) {
  {
    const std::scoped_lock lock(lock_);
    if (is_ending_ || waiting_bytes_ > limits_.waiting_bytes) {
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
      const auto has_work = [&] { return is_ending_ || !waiting_.empty(); };
      while (!has_work()) {
        if (!failure()) {
          changed_.wait(lock);
        } else if (changed_.wait_for(lock, kBetweenTries) == std::cv_status::timeout) {
          break;
        }
      }
      if (waiting_.empty() && is_ending_) return stored_.finish();
      std::size_t messages = 0;
      while (!waiting_.empty() && messages < kMessagesOfStep) {
        messages += waiting_.front().delivery.messages().size();
        waiting_bytes_ -= waiting_.front().delivery.bytes() + kDeliveryBytes;
        taken.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      counts_.waiting -= messages;
    }
    store_all(std::move(taken));
  }
}

void Collector::store_all(std::vector<Waiting> taken) {
  // Not without the lock of the store: who holds it and settles must know of this step.
  std::unique_lock lock(store_lock_);
  {
    const std::scoped_lock telling(telling_lock_);
    ++untold_;
  }
  Stored done = stored(std::move(taken));
  lock.unlock();
  stored_.give(std::move(done));
}

Collector::Stored Collector::stored(std::vector<Waiting> taken) {
  if (are_names_stale_.exchange(false)) {
    if (const auto loaded = load_names(); !loaded) {
      are_names_stale_ = true;
      return {{}, loaded.error(), std::move(taken)};
    }
  }
  CollectStep step = step_of(taken);
  auto is_new = store_.collect(step);
  if (!is_new) are_names_stale_ = true;  // numbers given to new names were never stored
  if (is_new) {
    if (!step.replayed.empty()) recent_refusals_ = {};  // some are kept no more
    for (const auto& [delivery, on_done] : taken) {
      if (!delivery.may_be_sent_again) continue;
      for (const Refusal& refusal : delivery.refusals()) recent_refusals_.add(refusal);
    }
  }
  return {std::move(step), std::move(is_new), std::move(taken)};
}

void Collector::tell() {
  while (auto stored = stored_.take()) {
    const auto& [step, is_new, waiting] = *stored;
    {
      const std::scoped_lock failing(failure_lock_);
      failure_ = is_new ? std::nullopt : std::optional(is_new.error().message);
    }
    if (is_new) {
      const auto events = static_cast<std::uint64_t>(std::ranges::count(*is_new, true));
      counts_.events += events;
      counts_.duplicates += is_new->size() - events;
      counts_.refused += step.refusals.size();
      for (const Refusal& refusal : step.refusals) {
        ++counts_.refused_for[static_cast<std::size_t>(refusal.reason)];
      }
      ++counts_.batches;
      on_stored_(step, *is_new);
    } else {
      ++counts_.failures;
      on_failed_(is_new.error());
      {
        const std::scoped_lock waking(lock_);  // not between its look at the failure and its wait
      }
      changed_.notify_one();
    }
    {
      const std::scoped_lock lock(telling_lock_);
      --untold_;
    }
    has_told_.notify_all();
    const Result<void> outcome = is_new ? Result<void>() : Result<void>(is_new.error());
    for (const Waiting& one : waiting) one.on_done(outcome);
  }
}

std::optional<std::string> Collector::failure() const {
  const std::scoped_lock lock(failure_lock_);
  return failure_;
}

void Collector::settle() {
  std::unique_lock lock(telling_lock_);
  has_told_.wait(lock, [&] { return untold_ == 0; });
}

CollectStep Collector::step_of(const std::vector<Waiting>& taken) {
  CollectStep step;
  for (const auto& [delivery, on_done] : taken) {
    const std::size_t refusals = step.refusals.size();
    for (const Message& message : delivery.messages()) add_message(delivery, message, step);
    if (delivery.replayed_refusal && step.refusals.size() > refusals) {
      // What is kept of it says more than a refusal made here would.
      step.refusals.resize(refusals);
      continue;
    }
    if (delivery.replayed_refusal) step.replayed.push_back(*delivery.replayed_refusal);
    std::ranges::copy_if(
        delivery.refusals(), std::back_inserter(step.refusals), [&](const Refusal& refusal) {
          return !delivery.may_be_sent_again || !recent_refusals_.contains(refusal);
        });
  }
  step.new_accounts = accounts_->take_new();
  step.new_event_names = event_names_->take_new();
  return step;
}

void Collector::add_message(const Delivery& delivery, const Message& message, CollectStep& step) {
  const std::size_t events = step.intake.events.size();
  if (const auto reason = intake_->add(delivery, message, step.intake)) {
    Refusal refusal;
    refusal.source = delivery.source();
    refusal.dialect = delivery.dialect();
    refusal.received_at = delivery.received_at();
    refusal.reason = *reason;
    refusal.field = "event";
    refusal.value = delivery.text(message, Part::name);
    step.refusals.push_back(std::move(refusal));
  }
  if (step.intake.events.size() > events) step.source.push_back(delivery.source());
}

}  // namespace tidemark
