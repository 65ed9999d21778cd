#pragma once

#include <memory>
#include <optional>

#include "collect/domain_accounts.h"
#include "collect/numbered_names.h"
#include "collect/record_reader.h"
#include "model/statement.h"

namespace tidemark {

/// Turns records about accounts or users into statements, one for each property, or says why not.
/// Empty fields state nothing.
class StatementDecoder {
 public:
  StatementDecoder(RecordKind kind, NumberedNames& accounts, bool counts_by_domain);
  ~StatementDecoder();
  StatementDecoder(const StatementDecoder&) = delete;
  StatementDecoder& operator=(const StatementDecoder&) = delete;

  /// Appends the record's statements; a reject where it makes none.
  std::optional<Reject> decode(const Record& record, StatementBatch& statements);

 private:
  struct Parser;  // keeps the JSON library out of this header

  RecordKind kind_;
  NumberedNames& accounts_;
  DomainAccounts domains_;
  std::unique_ptr<Parser> parser_;
};

}  // namespace tidemark
