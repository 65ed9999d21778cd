#pragma once

#include <vector>

#include "model/event.h"
#include "model/identity.h"
#include "model/statement.h"

namespace tidemark {

/// What some messages say: events, properties of accounts and users, whose ids are one person's.
struct Intake {
  EventBatch events;
  StatementBatch of_accounts{.subject = Subject::account};
  StatementBatch of_users{.subject = Subject::user};
  std::vector<Alias> aliases;

  std::size_t bytes() const {
    return events.bytes() + of_accounts.bytes() + of_users.bytes() + aliases.size() * 100;
  }
};

}  // namespace tidemark
