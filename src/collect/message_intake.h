#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "collect/delivery.h"
#include "collect/domain_accounts.h"
#include "collect/numbered_names.h"
#include "model/intake.h"

namespace tidemark {

/// Turns the messages of deliveries into what a store takes in: by number, and without what was
/// said before and is no news.
class MessageIntake {
 public:
  /// `counts_by_domain`: users may count for the account of their e-mail's domain.
  MessageIntake(NumberedNames& accounts, NumberedNames& event_names, bool counts_by_domain)
      : accounts_(accounts), event_names_(event_names), domains_(accounts, counts_by_domain) {}

  /// Adds what a message says to `intake`; the reason where it cannot be taken.
  std::optional<RejectReason> add(const Delivery& delivery, const Message& message, Intake& intake);

 private:
  std::optional<RejectReason> add_event(const Delivery& delivery, const Message& message,
                                        EventBatch& events);
  bool is_news(char kind, std::string_view subject, std::string_view name, std::string_view value,
               Instant at);

  struct Said {
    Instant at;
    std::uint64_t value;
  };

  void state(StatementBatch& statements, std::string_view name, std::string_view value, Instant at);

  NumberedNames& accounts_;
  NumberedNames& event_names_;
  DomainAccounts domains_;
  std::unordered_map<std::uint64_t, Said> said_;  // by hash of subject and name
  std::uint64_t stated_ = 0;  // of two statements of one instant the later holds
};

}  // namespace tidemark
