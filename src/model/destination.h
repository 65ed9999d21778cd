#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/day.h"

namespace tidemark {

/// What stands at the other end.
enum class DestinationKind : std::uint8_t {
  webhook,          // each move of an account, signed as Standard Webhooks are
  slack,            // a digest of a day's moves, to an incoming webhook
  hubspot,          // where each account stands, as properties of its company
  customer_io,      // likewise, as attributes of an object
  intercom,         // likewise, of a company
  segment,          // likewise, as traits of a group; of RudderStack too
  salesforce,       // likewise, as fields of an account
  email,            // a digest of a day's moves, to people
  postgresql,       // where each account stands, as rows of a table
  braze,            // where each account stands, as attributes of its users
  active_campaign,  // where each account stands, as fields of an account
  files,            // where all accounts stand, a file a day, week or month
};

/// How often a file of all accounts is written: of each published day, of Sundays, of the last days
/// of months.
enum class Rhythm : std::uint8_t { day, week, month };

enum class FileFormat : std::uint8_t { csv, parquet };

/// A value of Tidemark and the field at the other end it is written to.
struct FilledField {
  std::string field;
  std::string value;  // as `FieldValue` reads it: level, score, property.plan|upper …

  friend bool operator==(const FilledField&, const FilledField&) = default;
};

/// A property of an account and the value it is to have, as text.
struct Sought {
  std::string property;
  std::string value;

  friend bool operator==(const Sought&, const Sought&) = default;
};

/// Where values and moves are delivered.
struct Destination {
  std::string name;
  DestinationKind kind = DestinationKind::webhook;
  std::string url;              // empty for one whose address is its secret, and for files of the
                                // workspace's own folder
  std::string secret;           // sealed: what signs, or lets in
  std::string previous_secret;  // sealed: signs too for a while after a rotation; empty: none
  std::string id_field;         // by which the other end knows accounts; of CRMs
  std::vector<FilledField> fields = {};
  std::vector<Sought> audience = {};  // who is told of: of one property any value, of several all;
                                      // none: all accounts
  std::string sender = {};            // of e-mails
  std::vector<std::string> recipients = {};  // likewise
  Rhythm rhythm = Rhythm::day;               // of files
  FileFormat format = FileFormat::csv;       // likewise
  bool allows_private = false;               // addresses within the company's network
  bool is_paused = false;
  std::string why_paused = {};      // empty: by a person
  std::optional<Day> filled_until;  // what was published up to it is in the outbox or delivered
  Instant created = {};
};

/// An account of which nothing is told to anybody, nor any play due.
struct Silenced {
  std::string account;
  std::string why;
  std::string by;  // a person's e-mail, or a command
  Instant since = {};

  friend bool operator==(const Silenced&, const Silenced&) = default;
};

enum class ParcelState : std::uint8_t {
  waiting,
  delivered,
  dead,  // refused for good; somebody has to look at it
};

/// One thing to deliver. Its id stays the same however often it is tried.
struct Parcel {
  std::int64_t number = 0;
  std::string destination;
  std::string id;
  std::string account;  // empty: of none, a digest
  Day day;              // whose publication it comes from
  std::string body;     // JSON
  ParcelState state = ParcelState::waiting;
  int attempts = 0;
  Instant due = {};          // of a waiting one: not before
  std::string problem = {};  // of the last attempt, in the words of the other end
  std::optional<Instant> ended = {};
  bool is_backfill = false;  // of what stood before the destination was told of it: behind all news
};

/// What an attempt made of a delivery.
struct ParcelOutcome {
  std::int64_t number = 0;
  ParcelState state = ParcelState::waiting;
  Instant due = {};  // when it waits on
  std::string problem = {};
};

}  // namespace tidemark
