#pragma once

#include <string>

#include "collect/event_decoder.h"
#include "collect/record_reader.h"
#include "collect/statement_decoder.h"
#include "fuzz/input.h"

namespace tidemark::fuzz {

/// Reads and decodes all records; returns what came of them, to be compared with a second reading.
template <class Records>
std::string read_all(std::string_view text, RecordKind kind = RecordKind::events) {
  constexpr std::size_t kMostRecords = 100'000;
  auto records = Records::open(std::make_unique<InputBytes>(text), "fuzz", {{}, kind, false});
  if (!records) return records.error().message;
  NumberedNames accounts({});
  NumberedNames event_names({});
  const Identity identity;
  EventDecoder decoder(accounts, event_names, identity, Instant{std::chrono::days{20'000}});
  StatementDecoder statement_decoder(kind, accounts, false);
  EventBatch events;
  StatementBatch statements;
  statements.subject = kind == RecordKind::users ? Subject::user : Subject::account;
  std::string outcome;
  for (std::size_t count = 0;; ++count) {
    CHECK(count < kMostRecords);  // more than there are bytes: it does not end
    auto reading = (*records)->next();
    if (!reading || std::holds_alternative<EndOfFile>(*reading)) break;
    if (const auto* record = std::get_if<Record>(&*reading)) {
      const auto reject = kind == RecordKind::events
                              ? decoder.decode(*record, events)
                              : statement_decoder.decode(*record, statements);
      outcome += reject ? 'r' : 'e';
    } else {
      outcome += 'u';
    }
  }
  CHECK(events.user.size() == events.size() && events.properties.size() == events.size());
  CHECK(statements.property.size() == statements.size() &&
        statements.value.size() == statements.size());
  return outcome;
}

}  // namespace tidemark::fuzz
