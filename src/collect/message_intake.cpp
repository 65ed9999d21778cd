#include "collect/message_intake.h"

#include <xxhash.h>

#include "wire/json_text.h"

namespace tidemark {
namespace {

constexpr std::size_t kMostSaid = 1'000'000;

std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace

std::optional<RejectReason> MessageIntake::add(const Delivery& delivery, const Message& message,
                                               Intake& intake) {
  const auto text = [&](Part part) { return delivery.text(message, part); };
  switch (message.saying) {
    case Saying::event:
      return add_event(delivery, message, intake.events);
    case Saying::trait_of_user:
      if (is_news('u', text(Part::user), text(Part::name), text(Part::value), message.at)) {
        intake.of_users.user.push_back(text(Part::user));
        state(intake.of_users, text(Part::name), text(Part::value), message.at);
        domains_.note_property(text(Part::name), text(Part::value));
      }
      break;
    case Saying::trait_of_account: {
      const std::string_view account = text(Part::account);
      if (is_news('a', account, text(Part::name), text(Part::value), message.at)) {
        intake.of_accounts.account.push_back(
            static_cast<AccountNumber>(accounts_.number_of(account)));
        state(intake.of_accounts, text(Part::name), text(Part::value), message.at);
      }
      break;
    }
    case Saying::belonging:
    case Saying::implied: {
      const std::string_view account = text(Part::account);
      // Said outright it is kept as said; said by the way, only where it is news.
      if (message.saying == Saying::belonging ||
          is_news('u', text(Part::user), "account_id", account, message.at)) {
        accounts_.number_of(account);
        std::string value;
        append_json_text(value, account);
        intake.of_users.user.push_back(text(Part::user));
        state(intake.of_users, "account_id", value, message.at);
      }
      break;
    }
    case Saying::alias: {
      const std::string_view visitor = text(Part::visitor);
      if (is_news('v', visitor, "alias", text(Part::user), message.at)) {
        intake.aliases.push_back({std::string(visitor), std::string(text(Part::user)), message.at});
      }
      break;
    }
  }
  return std::nullopt;
}

void MessageIntake::state(StatementBatch& statements, std::string_view name, std::string_view value,
                          Instant at) {
  statements.property.push_back(name);
  statements.value.push_back(value);
  statements.since.emplace_back(at);
  statements.line.push_back(++stated_);
}

std::optional<RejectReason> MessageIntake::add_event(const Delivery& delivery,
                                                     const Message& message, EventBatch& events) {
  const auto text = [&](Part part) { return delivery.text(message, part); };
  const std::string_view name = text(Part::name);
  if (!event_names_.knows(name) && event_names_.size() == kMostSignals) {
    return RejectReason::too_many_event_names;
  }
  const std::string_view account = text(Part::account);
  if (account.empty()) {
    domains_.note(text(Part::user));
    domains_.note(text(Part::visitor));
  }
  events.add({.account = account.empty() ? kNoAccount
                                         : static_cast<AccountNumber>(accounts_.number_of(account)),
              .at = message.at,
              .name = static_cast<SignalNumber>(event_names_.number_of(name)),
              .user = text(Part::user),
              .anonymous = text(Part::visitor),
              .properties = text(Part::value),
              .received_at = message.received_at,
              .message = message.id});
  return std::nullopt;
}

bool MessageIntake::is_news(char kind, std::string_view subject, std::string_view name,
                            std::string_view value, Instant at) {
  if (said_.size() >= kMostSaid) said_.clear();  // what is said again is then stored again
  const std::uint64_t key = hash_of(name, hash_of(subject, static_cast<std::uint64_t>(kind)));
  const std::uint64_t hash = hash_of(value);
  const auto [said, is_first] = said_.try_emplace(key, Said{at, hash});
  if (is_first) return true;
  if (said->second.at <= at && said->second.value == hash) return false;
  if (said->second.at <= at) said->second = {at, hash};
  return true;
}

}  // namespace tidemark
