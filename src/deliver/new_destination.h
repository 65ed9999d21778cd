#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deliver/carrier.h"
#include "deliver/vault.h"
#include "model/destination.h"

namespace tidemark {

/// What somebody says of a destination to be made.
struct GivenDestination {
  std::string name;
  DestinationKind kind = DestinationKind::webhook;
  std::string url;     // empty: the kind's usual one
  std::string secret;  // empty: of a webhook one is made
  std::string id_field = "account_id";
  std::vector<FilledField> fields = {};  // empty: the kind's usual ones
  bool allows_private = false;
  std::vector<Sought> audience = {};         // empty: all accounts
  std::string sender = {};                   // of e-mails
  std::vector<std::string> recipients = {};  // likewise
  Rhythm rhythm = Rhythm::day;               // of files
  FileFormat format = FileFormat::csv;       // likewise
  std::optional<Day> published_until = {};   // the last published day; none: nothing is published
};

/// Reads `FIELD=VALUE` and `PROPERTY=VALUE`. Fails with `invalid_input` for what is none.
Result<std::vector<FilledField>> fields_of(const std::vector<std::string>& texts);
Result<std::vector<Sought>> audience_of(const std::vector<std::string>& texts);

/// What is to be set anew of a destination; none: it stays.
struct DestinationChange {
  std::optional<std::vector<FilledField>> fields = {};  // empty: the kind's usual ones
  std::optional<std::vector<Sought>> audience = {};
  std::optional<std::string> sender = {};
  std::optional<std::vector<std::string>> recipients = {};
  std::optional<Rhythm> rhythm = {};
  std::optional<FileFormat> format = {};
};

/// The destination with it. Fails with `invalid_input` likewise.
Result<Destination> changed(Destination destination, const DestinationChange& change);

struct MadeDestination {
  Destination destination;  // its secret is sealed
  std::string made_secret;  // as it is; empty: it was given
};

/// Fails with `invalid_input` where something is missing or wrong, saying what.
Result<MadeDestination> make_destination(const GivenDestination& given, const Vault& vault,
                                         Instant now);

/// What came of a record of an account that nobody has, sent at once and outside the outbox.
struct DestinationTest {
  std::string letter;  // as people may see it
  int status = 0;
  std::string problem;  // empty: it was taken
};

/// Fails where no answer came. Of kinds without numbers of their own `status` is 0.
Result<DestinationTest> test_destination(const Destination& destination, const Vault& vault,
                                         const Clock& clock, Outside outside);

}  // namespace tidemark
