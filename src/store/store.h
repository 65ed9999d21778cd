#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/calibration.h"
#include "model/event.h"
#include "model/import.h"
#include "model/incomplete_day.h"
#include "model/intake.h"
#include "model/published.h"
#include "model/refusal.h"
#include "store/mapped_tables.h"
#include "store/names.h"
#include "store/work_board.h"

namespace tidemark {

/// A part of an import, stored whole or not at all.
struct ImportStep {
  Import
      import;  // as it stands after this part; `taken` and `duplicates` are reckoned by the store
  Intake intake;
  Dedupe dedupe = Dedupe::message_ids;
  std::vector<std::string> new_accounts;     // numbered on from those stored
  std::vector<std::string> new_event_names;  // likewise
  std::vector<Reject> rejects;
};

/// What arrived live since the last such step, stored whole or not at all.
struct CollectStep {
  Intake intake;                             // every statement has its instant
  std::vector<std::uint16_t> source;         // of each event
  std::vector<std::string> new_accounts;     // numbered on from those stored
  std::vector<std::string> new_event_names;  // likewise
  std::vector<Refusal> refusals;             // numbered by the store
  std::vector<std::uint64_t> replayed;       // refusals that were tried again, to be forgotten
};

/// A definition as it was published under.
struct DefinitionVersion {
  std::string hash;
  std::string canonical;  // JSON
};

/// Whole days to publish, stored together or not at all; none where days are only forgotten. With
/// `anew_from` what was published from that day on is forgotten first, calibrations that took
/// effect with it or later included. A calibration or definition that is stored already is left as
/// is.
struct PublishStep {
  DefinitionVersion definition;
  std::vector<Calibration> calibrations;  // that take effect with these days
  std::vector<PublishedDay> days;         // consecutive, directly after the last published day
  std::vector<LevelRecord> records;
  std::vector<Change> changes;
  std::vector<Correction> corrections;                     // of the day before the first
  std::optional<std::vector<PublishedMerge>> merges = {};  // all of them, where they have changed
  std::vector<IncompleteDay> marks = {};                   // in the place of those of the same days
  std::optional<Day> anew_from = {};
};

/// A part of the log as it was stored: of one import, or of what arrived live.
struct LogPart {
  std::uint32_t import = 0;  // 0: live
  Intake intake;
  std::vector<std::uint16_t> source = {};  // of each event that arrived live
};

/// Events of one sender, alike in account, user and visitor; views are valid during the call they
/// are handed to.
struct EventSender {
  AccountNumber account = kNoAccount;  // for which the last counts
  std::string_view user;
  std::string_view anonymous;
  std::uint64_t events = 0;
  Instant last;
};

/// Whose events are that name no account.
struct UnnamedSender {
  std::string user;       // empty = no user
  std::string anonymous;  // likewise
};

/// An event that arrived live, for people.
struct ArrivedEvent {
  std::uint64_t batch = 0;
  std::uint16_t source = 0;
  Instant received_at;
  Instant at;
  SignalNumber name = 0;
  AccountNumber account = kNoAccount;  // for which it counts
  std::string user;
  std::string anonymous;
  std::string properties;
};

/// An event of one account.
struct AccountEvent {
  Instant at;
  SignalNumber name;
  std::string user;                   // empty = no user
  std::string person;                 // the user, or whom the visitor turned out to be
  std::string properties;             // a JSON object; empty = none
  AccountNumber member = kNoAccount;  // for which it counts but for merges
};

/// Columns of events, all of one length; valid during the call they are handed to.
struct EventColumns {
  std::span<const AccountNumber> account;  // for which they count; kNoAccount while none is known
  std::span<const Instant> at;
  std::span<const SignalNumber> name;
  std::span<const std::string_view> user;        // empty where not asked for
  std::span<const std::string_view> properties;  // likewise
  // When each became known: as received, else as it happened; empty where not asked for.
  std::span<const Instant> arrived = {};
};

/// Columns of events that arrived live, likewise.
struct ArrivedColumns {
  std::span<const AccountNumber> account;  // for which they count; kNoAccount while none is known
  std::span<const Instant> at;
  std::span<const std::uint16_t> source;
};

/// Which columns beyond account, instant and name to read.
struct EventDetail {
  bool users = false;
  bool properties = false;
  bool arrivals = false;
  AccountRange accounts = {};  // of those that count for these
};

/// What a view of a store beside others sees: of each question the newest, or all as it was when
/// the view was made, whatever others change meanwhile.
enum class Reads : std::uint8_t { newest, one_moment };

/// What Tidemark keeps: events, what was imported, what was published. One process owns it at a
/// time. Every call that changes something is one transaction: durable when it returns, or it left
/// no trace.
class Store {
 public:
  virtual ~Store() = default;

  /// The same store seen through a connection of its own, for another thread. Of what it may change
  /// only publication is meant for it; with `Reads::one_moment` nothing it changes is kept.
  virtual Result<std::unique_ptr<Store>> beside(Reads reads) = 0;

  /// The database engine and its version, for people.
  virtual std::string engine_version() = 0;

  /// A number that is another one after anything was changed through this process but events that
  /// arrived live alone.
  virtual std::uint64_t changes() = 0;

  // --- names, by number ---
  virtual Result<Names> account_ids() = 0;
  virtual Result<Names> event_names() = 0;

  // --- events ---
  virtual Result<std::optional<Import>> import_of_content(const std::string& content) = 0;
  virtual Result<std::uint32_t> next_import_number() = 0;
  virtual Result<std::vector<Import>> imports() = 0;  // by number
  /// The import that was begun last.
  virtual Result<std::optional<Import>> last_import() = 0;
  /// Stores a part of an import and returns the import as it stands, with what was taken and what
  /// was there before.
  virtual Result<Import> append(const ImportStep& step) = 0;
  /// Stores what arrived live. Answers for each event whether it was new.
  virtual Result<std::vector<bool>> collect(const CollectStep& step) = 0;
  /// Whom events count for, as far as is known.
  virtual Result<std::shared_ptr<const Identity>> identity() = 0;
  /// In force, by hand and as stated (an account's property `merged_into`); oldest first.
  virtual Result<std::vector<AccountMerge>> merges() = 0;
  /// Everything of the account counts for the other from now on, also what was. What was published
  /// stays.
  virtual Result<void> merge_accounts(const AccountMerge& merge) = 0;
  /// Takes back a merge that was made by hand.
  virtual Result<void> unmerge_account(AccountNumber account) = 0;
  /// Whether users of whom nothing else is known count for the account of their e-mail's domain.
  /// Turned on, each domain that is known becomes an account, named as it is.
  virtual Result<bool> counts_by_domain() = 0;
  virtual Result<void> count_by_domain(bool is_on, Instant now) = 0;
  /// Hands over who sent events, in no order.
  virtual Result<void> read_senders(const std::function<void(const EventSender&)>& sink) = 0;
  /// Who sent the events that name no account, each once, in no order.
  virtual Result<std::vector<UnnamedSender>> unnamed_senders() = 0;
  /// Events that arrived live after `batch`, oldest first; the last `limit` of them.
  virtual Result<std::vector<ArrivedEvent>> arrived_since(std::uint64_t batch, int limit) = 0;
  /// What was refused, newest first.
  virtual Result<std::vector<Refusal>> refusals(int limit) = 0;
  /// Takes an import back, with its events and rejects. What was published stays.
  virtual Result<void> forget_import(std::uint32_t number) = 0;
  /// The names of imports that were begun and not finished.
  virtual Result<std::vector<std::string>> unfinished_imports() = 0;
  /// Hands over the rejects of an import, by line.
  virtual Result<void> read_rejects(std::uint32_t import,
                                    const std::function<void(const Reject&)>& sink) = 0;
  /// Hands over what an import brought, or (0) what arrived live, in parts, until it is told to
  /// stop.
  virtual Result<void> read_log(std::uint32_t import, const std::function<bool(LogPart)>& sink) = 0;
  virtual Result<std::uint64_t> event_count() = 0;
  /// A name for the events, and the names of what they are of, as they are now; another one
  /// whenever some were added or taken back.
  virtual Result<std::string> event_log_state() = 0;
  /// Where files may be kept that can be made anew; none for a store without a place of its own.
  virtual std::optional<std::filesystem::path> cache_folder() = 0;
  /// Hands every stored event to `sink`, in no particular order, from up to `threads` threads at
  /// once; `sink` is told which.
  virtual Result<void> read_events(
      EventDetail detail, unsigned threads,
      const std::function<void(const EventColumns&, unsigned thread)>& sink) = 0;
  /// When the last event before `until` happened.
  virtual Result<std::optional<Instant>> last_event(Instant until) = 0;
  /// Hands over the events that arrived live and happened from `from` up to before `until`, in no
  /// particular order.
  virtual Result<void> read_arrived(Instant from, Instant until,
                                    const std::function<void(const ArrivedColumns&)>& sink) = 0;
  /// Sees to it that events, records and changes of one account are read quickly, where many came
  /// since the last time; reads all of them then. Changes nothing of what is stored.
  virtual Result<void> order_by_account() = 0;
  /// Makes what another thread asks of this view fail with `unavailable`, if it asks anything.
  virtual void break_off() = 0;
  /// The events that count for the account, oldest first.
  virtual Result<std::vector<AccountEvent>> events_of(AccountNumber account) = 0;

  // --- what is stated of accounts and users ---
  /// By account, property and date, of these properties only; all where none is named.
  virtual Result<std::vector<Statement>> account_statements(
      const std::vector<std::string>& properties) = 0;
  virtual Result<std::vector<Statement>> statements_of_account(AccountNumber account) = 0;
  /// One property of these users, by user and date.
  virtual Result<std::vector<Statement>> statements_of_users(const std::vector<std::string>& users,
                                                             const std::string& property) = 0;

  // --- what was published ---
  virtual Result<void> publish(const PublishStep& step) = 0;
  /// Forgets everything published, definitions and calibrations included. The events stay.
  virtual Result<void> forget_published() = 0;
  virtual Result<std::vector<PublishedDay>> published_days() = 0;  // oldest first
  /// Marks days without publishing any.
  virtual Result<void> mark_days(const std::vector<IncompleteDay>& marks) = 0;
  /// Oldest first, lifted marks included.
  virtual Result<std::vector<IncompleteDay>> incomplete_days() = 0;
  virtual Result<std::vector<Calibration>> calibrations() = 0;  // oldest first
  /// Keeps what a calibration rests on, as JSON; replaces what was kept.
  virtual Result<void> keep_evidence(Day calibration, const std::string& evidence) = 0;
  virtual Result<std::optional<std::string>> evidence_of(Day calibration) = 0;
  virtual Result<std::optional<DefinitionVersion>> definition(const std::string& hash) = 0;
  /// Each account's last record up to and with `day`.
  virtual Result<std::vector<LevelRecord>> records_as_of(Day day, AccountRange accounts = {}) = 0;
  /// All records within the days, by day, then account.
  virtual Result<std::vector<LevelRecord>> records_within(DayRange days) = 0;
  virtual Result<std::vector<Change>> changes_within(DayRange days) = 0;  // by day, then account
  virtual Result<std::vector<Change>> changes_of(AccountNumber account) = 0;  // oldest first
  virtual Result<std::vector<PublishedMerge>> published_merges() = 0;
  virtual Result<std::vector<Correction>> corrections_within(
      DayRange days) = 0;  // by day, then account
  virtual Result<std::vector<Correction>> corrections_of(
      AccountNumber account) = 0;  // oldest first
  virtual Result<std::vector<LevelRecord>> records_of(AccountNumber account) = 0;

  /// Reads all that is stored and holds it against each other: what is damaged or does not fit, a
  /// sentence each. Takes as long as reading the whole store. An engine that checks itself says
  /// nothing.
  virtual Result<std::vector<std::string>> verify() { return std::vector<std::string>{}; }

  /// Removes what no view sees any more but those of an older moment, if it is kept at first: of
  /// imports that were taken back, of days that were published anew. How many rows go, now or soon.
  virtual Result<std::uint64_t> remove_unseen() { return std::uint64_t{0}; }

  /// Where processes that reckon together meet; none where one process has the store for itself.
  virtual WorkBoard* board() { return nullptr; }
  /// Events that lie in tables of others beside the store; none where there are no such tables.
  virtual MappedTables* mapped_tables() { return nullptr; }
};

}  // namespace tidemark
