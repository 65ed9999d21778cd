#include "collect/delivery.h"

#include <fmt/format.h>

#include "collect/message_id.h"
#include "collect/record_reader.h"
#include "model/earliest_event.h"
#include "model/meaningless_id.h"

namespace tidemark {
namespace {

constexpr std::size_t kLongestMessage = std::size_t{64} << 10;

std::string_view meaningful(std::string_view id) {
  return is_meaningless_id(id) ? std::string_view() : id;
}

}  // namespace

void Delivery::set_source(std::uint16_t source) {
  source_ = source;
  for (Refusal& refusal : refusals_) refusal.source = source;
}

void Delivery::sent_at(std::optional<Instant> instant) {
  ahead_ = instant ? *instant - received_at_ : std::chrono::microseconds{0};
  const auto difference = std::chrono::abs(ahead_);
  if (of_ == Of::archive || difference < std::chrono::seconds{10} ||
      difference > std::chrono::days{365}) {
    ahead_ = std::chrono::microseconds{0};
  }
}

std::optional<Instant> Delivery::corrected(std::optional<Instant> instant) const {
  if (instant) return *instant - ahead_;
  return of_ == Of::archive ? std::nullopt : std::optional(received_at_);
}

std::optional<Delivery::Problem> Delivery::event(const Who& said, std::string_view name,
                                                 std::string_view properties, Instant at,
                                                 std::string_view message_id) {
  const Who who{meaningful(said.account), meaningful(said.user), meaningful(said.visitor)};
  if (name.empty()) return Problem{RejectReason::missing_event, "event", ""};
  if (who.account.empty() && who.user.empty() && who.visitor.empty()) {
    return Problem{RejectReason::missing_user, "user", said.user};
  }
  for (const auto& [field, text] : {std::pair<std::string_view, std::string_view>{"event", name},
                                    {"account", who.account},
                                    {"user", who.user},
                                    {"visitor", who.visitor}}) {
    if (text.size() > longest_id_) return Problem{RejectReason::too_long, field, text};
    if (text.find('\0') != std::string_view::npos) {
      return Problem{RejectReason::contains_nul, field, text};
    }
  }
  if (at < kEarliestEvent) return Problem{RejectReason::before_1990, "time", ""};
  if (at > received_at_ + std::chrono::days{1}) {
    return Problem{RejectReason::in_the_future, "time", ""};
  }
  ++events_;
  Wide id = message_id.empty() ? Wide{0} : message_hash(message_id);
  if (id == 0 && !place_.empty()) id = message_hash(fmt::format("{} {}", place_, events_));
  add(Saying::event, at, id,
      {{Part::account, who.account},
       {Part::user, who.user},
       {Part::visitor, who.visitor},
       {Part::name, name},
       {Part::value, properties == "{}" ? std::string_view() : properties}});
  return std::nullopt;
}

void Delivery::trait_of_user(std::string_view id, std::string_view name, std::string_view json,
                             Instant at) {
  if (is_usable(id) && is_usable(name)) {
    add(Saying::trait_of_user, at, 0, {{Part::user, id}, {Part::name, name}, {Part::value, json}});
  }
}

void Delivery::trait_of_account(std::string_view account, std::string_view name,
                                std::string_view json, Instant at) {
  if (is_usable(account) && is_usable(name)) {
    add(Saying::trait_of_account, at, 0,
        {{Part::account, account}, {Part::name, name}, {Part::value, json}});
  }
}

void Delivery::belongs(std::string_view id, std::string_view account, Instant at) {
  if (is_usable(id) && is_usable(account)) {
    add(Saying::belonging, at, 0, {{Part::user, id}, {Part::account, account}});
  }
}

void Delivery::belongs_by_the_way(std::string_view id, std::string_view account, Instant at) {
  if (is_usable(id) && is_usable(account)) {
    add(Saying::implied, at, 0, {{Part::user, id}, {Part::account, account}});
  }
}

void Delivery::is_same(std::string_view id, std::string_view user, Instant at) {
  if (is_usable(id) && is_usable(user) && id != user) {
    add(Saying::alias, at, 0, {{Part::visitor, id}, {Part::user, user}});
  }
}

void Delivery::refuse(RejectReason reason, std::string_view field, std::string_view value,
                      std::string_view message) {
  Refusal refusal;
  refusal.source = source_;
  refusal.dialect = dialect_;
  refusal.received_at = received_at_;
  refusal.reason = reason;
  refusal.field = field;
  refusal.value = shortened(value);
  refusal.message = printable(message.substr(0, kLongestMessage));
  refusals_.push_back(std::move(refusal));
}

bool Delivery::is_usable(std::string_view id) const {
  return id.size() <= longest_id_ && id.find('\0') == std::string_view::npos &&
         !is_meaningless_id(id);
}

void Delivery::add(Saying saying, Instant at, Wide id, std::initializer_list<Text> texts) {
  Message message{
      saying, at, of_ == Of::archive ? archived_at_ : std::optional(received_at_), id, {}};
  for (const auto& [part, text] : texts) {
    message.parts[static_cast<std::size_t>(part)] = {static_cast<std::uint32_t>(texts_.size()),
                                                     static_cast<std::uint32_t>(text.size())};
    texts_.append(text);
  }
  messages_.push_back(message);
}

}  // namespace tidemark
