#include "deliver/dispatcher.h"

#include <algorithm>

#include "deliver/kinds.h"

namespace tidemark {

namespace {

// One of several that was refused at a bad moment is tried again so often.
constexpr std::chrono::minutes kUntilItPassed{1};
constexpr int kMostOfPassing = 30;

/// One that fails alone holds up no other; from the third in a row on it is not of what is sent.
std::chrono::milliseconds hold_after(int failures_in_a_row) {
  constexpr int kOfOthers = 2;
  constexpr int kMostDoublings = 9;
  constexpr std::chrono::seconds kLongest = std::chrono::minutes{5};
  if (failures_in_a_row <= kOfOthers) return std::chrono::milliseconds{0};
  const int doublings = std::min(failures_in_a_row - kOfOthers - 1, kMostDoublings);
  return std::min(kLongest, std::chrono::seconds{std::int64_t{1} << doublings});
}

}  // namespace

Dispatcher::Dispatcher(Outbox& outbox, const Vault& vault, const Clock& clock,
                       std::string destination, Outside outside)
    : outbox_(outbox),
      vault_(vault),
      clock_(clock),
      name_(std::move(destination)),
      outside_(std::move(outside)),
      random_(static_cast<std::uint64_t>(clock.now().time_since_epoch().count()) ^
              std::hash<std::string>{}(name_)) {}

Result<Dispatcher::Round> Dispatcher::send_batch() {
  Round nothing;
  nothing.is_empty = true;
  const auto destination = outbox_.destination(name_);
  if (!destination) return destination.error();
  const Instant now = clock_.now();
  if (destination->is_paused || now < not_before_) return nothing;
  const KindOfDestination& kind = kind_of(destination->kind);
  auto due = outbox_.due(name_, now, std::max(kind.batch, kind.bulk));
  if (!due) return due.error();
  if (due->empty()) return nothing;
  if (std::ssize(*due) > kind.batch && std::ssize(*due) < kind.bulk_from) {
    due->resize(static_cast<std::size_t>(kind.batch));
  }
  return send_together(*destination, *due);
}

Result<std::optional<Instant>> Dispatcher::next_at() {
  auto due = outbox_.next_due(name_);
  if (!due || !*due) return due;
  return std::optional(std::max(**due, not_before_));
}

Result<Dispatcher::Round> Dispatcher::send_together(const Destination& destination,
                                                    const std::vector<Parcel>& deliveries) {
  const auto secret = vault_.opened(destination.secret);
  const auto previous = vault_.opened(destination.previous_secret);
  if (!secret || !previous) {
    const std::string why = (secret ? previous : secret).error().message;
    if (auto paused = outbox_.pause(name_, why); !paused) return paused.error();
    return Round{};
  }
  if (carries_ != destination.kind) {
    carrier_ = carrier_for(destination.kind, outside_);
    carries_ = destination.kind;
  }
  int before = deliveries.front().attempts;
  for (const Parcel& delivery : deliveries) before = std::min(before, delivery.attempts);
  const OpenSecrets secrets{*secret, *previous};
  Carried carried =
      carrier_->carry({destination, secrets, deliveries, before, random_.uniform(), clock_});
  carried.verdict.problem = plain_words(carried.verdict.problem);
  const Verdict& verdict = carried.verdict;
  const Instant now = clock_.now();
  failures_in_a_row_ = verdict.fate == Fate::retry ? failures_in_a_row_ + 1 : 0;
  const auto pace = kind_of(destination.kind).pace;
  not_before_ =
      std::max(not_before_, now + std::max({pace, verdict.hold, hold_after(failures_in_a_row_)}));

  if (verdict.fate == Fate::split) {
    const auto middle = deliveries.begin() + std::ssize(deliveries) / 2;
    auto first = send_together(destination, {deliveries.begin(), middle});
    if (!first) return first;
    // Asked to wait, or let in no more: the other half waits too.
    const auto state = outbox_.destination(name_);
    if (!state) return state.error();
    if (state->is_paused || not_before_ > clock_.now() + pace) return first;
    auto second = send_together(destination, {middle, deliveries.end()});
    if (!second) return second;
    return Round{first->delivered + second->delivered, first->dead + second->dead,
                 first->waiting_on + second->waiting_on};
  }
  Round round;
  std::vector<Declined> refusals = carried.refusals;
  refusals.resize(deliveries.size());
  std::vector<ParcelOutcome> outcomes;
  for (std::size_t place = 0; place < deliveries.size(); ++place) {
    ParcelOutcome outcome{deliveries[place].number, ParcelState::waiting, now, verdict.problem};
    const auto& [problem, may_pass] = refusals[place];
    if (!problem.empty()) outcome.problem = plain_words(problem);
    if (!problem.empty() && may_pass && deliveries[place].attempts < kMostOfPassing) {
      outcome.due = now + kUntilItPassed;
      ++round.waiting_on;
    } else if (verdict.fate == Fate::dead || !problem.empty()) {
      outcome.state = ParcelState::dead;
      ++round.dead;
    } else if (verdict.fate == Fate::delivered) {
      outcome.state = ParcelState::delivered;
      ++round.delivered;
    } else {
      outcome.due = now + verdict.wait;
      ++round.waiting_on;
    }
    outcomes.push_back(std::move(outcome));
  }
  if (auto settled = outbox_.settle(deliveries, outcomes, now); !settled) return settled.error();
  if (verdict.fate == Fate::pause) {
    if (auto paused = outbox_.pause(name_, verdict.problem); !paused) return paused.error();
  }
  return round;
}

}  // namespace tidemark
