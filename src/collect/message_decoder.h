#pragma once

#include <memory>
#include <string>

#include "collect/dialects/dialect.h"
#include "collect/message_intake.h"
#include "collect/record_reader.h"

namespace tidemark {

/// Turns the records of another tool's archive, each a message as its clients send them, into what
/// they say: by the same dialects that read them live.
class MessageDecoder {
 public:
  /// `dialect` is the name of one. `now` bounds how far in the future an event may be.
  MessageDecoder(const std::string& dialect, NumberedNames& accounts, NumberedNames& event_names,
                 bool counts_by_domain, Instant now);

  /// Adds what the record says to `intake`, and what is wrong with it to `rejects`. Whether it said
  /// something that is no event.
  bool decode(const Record& record, Intake& intake, std::vector<Reject>& rejects);

 private:
  std::string name_;
  std::unique_ptr<Dialect> dialect_;
  MessageIntake intake_;
  Instant now_;
};

}  // namespace tidemark
