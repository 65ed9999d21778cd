#include "store/sqlite/outbox.h"

#include <sstream>

#include <fmt/format.h>

#include "store/sqlite/connection.h"

namespace tidemark {
namespace {

using sqlite::Statement;

// An account's later move never overtakes an earlier one that has to wait; what a play holds back
// until its hours holds back nothing else.
constexpr const char* kNextOfAccounts =
    "delivery AS one WHERE destination = ? AND state = 0 AND NOT EXISTS (SELECT 1 FROM delivery AS "
    "earlier WHERE earlier.destination = one.destination AND earlier.state = 0 AND "
    "substr(earlier.id, 1, 5) <> 'play_' AND earlier.account = one.account AND earlier.number < "
    "one.number) AND EXISTS (SELECT 1 FROM "
    "destination WHERE name = one.destination AND is_paused = 0)";

constexpr const char* kDestinationColumns =
    "name, kind, url, secret, previous_secret, id_field, fields, allows_private, is_paused, "
    "why_paused, filled_until, created, sender, recipients, audience, rhythm, format";
constexpr const char* kDeliveryColumns =
    "number, destination, id, account, day, body, state, attempts, due, problem, ended, "
    "is_backfill";
// Delivered ones are kept for people to look at, not for ever.
constexpr int kKeptDelivered = 1'000;

/// One mapping a line, `field=value`; no field's name has a `=`.
std::string fields_text(const std::vector<FilledField>& fields) {
  std::string text;
  for (const auto& [field, value] : fields) text += fmt::format("{}={}\n", field, value);
  return text;
}

/// One a line, with a tab between.
std::string audience_text(const std::vector<Sought>& audience) {
  std::string text;
  for (const auto& [property, value] : audience) text += fmt::format("{}\t{}\n", property, value);
  return text;
}

template <class Pair>
std::vector<Pair> pairs_of(const std::string& text, char between) {
  std::vector<Pair> pairs;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find(between);
    pairs.push_back({line.substr(0, at), line.substr(at + 1)});
  }
  return pairs;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

Destination destination_of(const Statement& row) {
  Destination destination;
  destination.name = row.text(0);
  destination.kind = static_cast<DestinationKind>(row.number(1));
  destination.url = row.text(2);
  destination.secret = row.text(3);
  destination.previous_secret = row.text(4);
  destination.id_field = row.text(5);
  destination.fields = pairs_of<FilledField>(row.text(6), '=');
  destination.allows_private = row.number(7) != 0;
  destination.is_paused = row.number(8) != 0;
  destination.why_paused = row.text(9);
  if (!row.is_null(10)) destination.filled_until = Day{static_cast<std::int32_t>(row.number(10))};
  destination.created = row.instant(11);
  destination.sender = row.text(12);
  destination.recipients = lines_of(row.text(13));
  destination.audience = pairs_of<Sought>(row.text(14), '\t');
  destination.rhythm = static_cast<Rhythm>(row.number(15));
  destination.format = static_cast<FileFormat>(row.number(16));
  return destination;
}

Parcel delivery_of(const Statement& row) {
  return {row.number(0),
          row.text(1),
          row.text(2),
          row.text(3),
          Day{static_cast<std::int32_t>(row.number(4))},
          row.text(5),
          static_cast<ParcelState>(row.number(6)),
          static_cast<int>(row.number(7)),
          row.instant(8),
          row.text(9),
          row.maybe_instant(10),
          row.number(11) != 0};
}

int number_of(ParcelState state) { return static_cast<int>(state); }

}  // namespace

Result<void> Outbox::add(const Destination& destination) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement looking(connection_, "SELECT 1 FROM destination WHERE name = ?");
    const auto is_known = looking.bind(destination.name).step();
    if (!is_known) return is_known.error();
    if (*is_known) {
      return Error{ErrorKind::conflict,
                   fmt::format("there is a destination {} already", destination.name)};
    }
    Statement keeping(connection_,
                      "INSERT INTO destination (name, kind, url, secret, previous_secret, "
                      "id_field, fields, allows_private, is_paused, why_paused, filled_until, "
                      "created) VALUES (?, ?, '', '', '', '', '', 0, 0, '', ?, ?)");
    keeping.bind(destination.name).bind(static_cast<int>(destination.kind));
    keeping.bind(destination.filled_until ? destination.filled_until->number : kFirstDay.number);
    if (auto kept = keeping.bind(destination.created).run(); !kept) return kept;
    return change(destination);
  });
}

Result<void> Outbox::change(const Destination& destination) {
  const std::lock_guard lock(connection_.lock);
  const auto before = this->destination(destination.name);
  if (!before) return before.error();
  const bool is_anew =
      before->fields != destination.fields || before->audience != destination.audience;
  Statement changing(connection_,
                     "UPDATE destination SET url = ?, secret = ?, previous_secret = ?, "
                     "id_field = ?, fields = ?, allows_private = ?, sender = ?, recipients = ?, "
                     "audience = ?, rhythm = ?, format = ? WHERE name = ?");
  changing.bind(destination.url).bind(destination.secret).bind(destination.previous_secret);
  changing.bind(destination.id_field).bind(fields_text(destination.fields));
  changing.bind(destination.allows_private ? 1 : 0).bind(destination.sender);
  changing.bind(fmt::format("{}", fmt::join(destination.recipients, "\n")));
  changing.bind(audience_text(destination.audience)).bind(static_cast<int>(destination.rhythm));
  changing.bind(static_cast<int>(destination.format)).bind(destination.name);
  // Files are written by them from the next on.
  const bool is_of_files = destination.kind == DestinationKind::files;
  if (auto changed = changing.run();
      !changed || !is_anew || destination.fields.empty() || is_of_files) {
    return changed;
  }
  return Statement(connection_, "UPDATE destination SET filled_until = ? WHERE name = ?")
      .bind(kFirstDay.number)
      .bind(destination.name)
      .run();
}

Result<std::vector<Destination>> Outbox::destinations() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM destination ORDER BY name", kDestinationColumns).c_str());
  return sqlite::rows(reading, destination_of);
}

Result<Destination> Outbox::destination(const std::string& name) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM destination WHERE name = ?", kDestinationColumns).c_str());
  const auto has_row = reading.bind(name).step();
  if (!has_row) return has_row.error();
  if (!*has_row) {
    return Error{ErrorKind::not_found, fmt::format("there is no destination {}", name)};
  }
  return destination_of(reading);
}

Result<void> Outbox::remove(const std::string& name) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    if (auto known = destination(name); !known) return known.error();
    for (const char* sql :
         {"DELETE FROM delivery WHERE destination = ?", "DELETE FROM told WHERE destination = ?",
          "DELETE FROM destination WHERE name = ?"}) {
      if (auto done = Statement(connection_, sql).bind(name).run(); !done) return done;
    }
    return {};
  });
}

Result<void> Outbox::pause(const std::string& name, const std::string& why) {
  const std::lock_guard lock(connection_.lock);
  if (auto known = destination(name); !known) return known.error();
  return Statement(connection_,
                   "UPDATE destination SET is_paused = 1, why_paused = ? WHERE name = ?")
      .bind(why)
      .bind(name)
      .run();
}

Result<void> Outbox::resume(const std::string& name) {
  const std::lock_guard lock(connection_.lock);
  if (auto known = destination(name); !known) return known.error();
  return Statement(connection_,
                   "UPDATE destination SET is_paused = 0, why_paused = '' WHERE name = ?")
      .bind(name)
      .run();
}

Result<void> Outbox::fill(const Destination& destination, Day until,
                          const std::vector<Parcel>& deliveries, bool replaces_waiting) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    const auto now = this->destination(destination.name);
    if (!now) return now.error();
    if (now->fields != destination.fields || now->audience != destination.audience) return {};
    if (replaces_waiting) {
      for (const Parcel& delivery : deliveries) {
        if (auto gone = withdraw(destination.name, {delivery.account}); !gone) return gone;
      }
    }
    if (auto put_in = put(destination.name, deliveries); !put_in) return put_in;
    return Statement(connection_, "UPDATE destination SET filled_until = ? WHERE name = ?")
        .bind(until.number)
        .bind(destination.name)
        .run();
  });
}

Result<void> Outbox::put(const std::string& destination, const std::vector<Parcel>& deliveries) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    for (const Parcel& delivery : deliveries) {
      Statement keeping(
          connection_,
          "INSERT OR IGNORE INTO delivery (destination, id, account, day, body, "
          "state, attempts, due, problem, is_backfill) SELECT ?, ?, ?, ?, ?, ?, 0, ?, "
          "'', ? WHERE "
          "NOT EXISTS (SELECT 1 FROM silenced WHERE account = ?)");
      keeping.bind(destination).bind(delivery.id).bind(delivery.account).bind(delivery.day.number);
      keeping.bind(delivery.body).bind(number_of(ParcelState::waiting));
      keeping.bind(delivery.due).bind(delivery.is_backfill ? 1 : 0).bind(delivery.account);
      if (auto kept = keeping.run(); !kept) return kept;
    }
    return {};
  });
}

Result<void> Outbox::withdraw(const std::string& destination,
                              const std::vector<std::string>& accounts) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    for (const std::string& account : accounts) {
      Statement removing(
          connection_, "DELETE FROM delivery WHERE destination = ? AND account = ? AND state <> ?");
      removing.bind(destination).bind(account).bind(number_of(ParcelState::delivered));
      if (auto done = removing.run(); !done) return done;
    }
    return {};
  });
}

Result<void> Outbox::forget_told(const std::string& destination,
                                 const std::vector<std::string>& accounts) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    for (const std::string& account : accounts) {
      Statement removing(connection_, "DELETE FROM told WHERE destination = ? AND account = ?");
      if (auto done = removing.bind(destination).bind(account).run(); !done) return done;
    }
    return {};
  });
}

Result<void> Outbox::silence(const Silenced& silenced) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement keeping(connection_, "INSERT OR REPLACE INTO silenced VALUES (?, ?, ?, ?)");
    keeping.bind(silenced.account).bind(silenced.why).bind(silenced.by).bind(silenced.since);
    if (auto kept = keeping.run(); !kept) return kept;
    return Statement(connection_, "DELETE FROM delivery WHERE account = ? AND state <> ?")
        .bind(silenced.account)
        .bind(number_of(ParcelState::delivered))
        .run();
  });
}

Result<void> Outbox::tell_again(const std::string& account) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement looking(connection_, "SELECT 1 FROM silenced WHERE account = ?");
    const auto is_silenced = looking.bind(account).step();
    if (!is_silenced) return is_silenced.error();
    if (!*is_silenced) {
      return Error{ErrorKind::not_found, fmt::format("{} is told of", account)};
    }
    return Statement(connection_, "DELETE FROM silenced WHERE account = ?").bind(account).run();
  });
}

Result<std::vector<Parcel>> Outbox::take_back_after(Day last) {
  std::vector<Parcel> delivered;
  auto done = sqlite::in_transaction(connection_, [&]() -> Result<void> {
    Statement reading(
        connection_,
        fmt::format("SELECT {} FROM delivery WHERE day > ? AND state = ? ORDER BY number",
                    kDeliveryColumns)
            .c_str());
    reading.bind(last.number).bind(number_of(ParcelState::delivered));
    auto found = sqlite::rows(reading, delivery_of);
    if (!found) return found.error();
    delivered = *std::move(found);
    Statement withdrawing(connection_, "DELETE FROM delivery WHERE day > ? AND state <> ?");
    withdrawing.bind(last.number).bind(number_of(ParcelState::delivered));
    if (auto gone = withdrawing.run(); !gone) return gone;
    return Statement(connection_, "UPDATE destination SET filled_until = ? WHERE filled_until > ?")
        .bind(last.number)
        .bind(last.number)
        .run();
  });
  if (!done) return done.error();
  return delivered;
}

Result<std::vector<Silenced>> Outbox::silenced() {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_, "SELECT account, why, by, since FROM silenced ORDER BY account");
  return sqlite::rows(reading, [](const Statement& row) {
    return Silenced{row.text(0), row.text(1), row.text(2), row.instant(3)};
  });
}

Result<std::vector<std::string>> Outbox::waited_for(const std::string& destination) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT DISTINCT account FROM delivery WHERE destination = ? AND state = ?");
  reading.bind(destination).bind(number_of(ParcelState::waiting));
  return sqlite::rows(reading, [](const Statement& row) { return row.text(0); });
}

Result<std::vector<Parcel>> Outbox::due(const std::string& destination, Instant now, int most) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM {} AND +due <= ? ORDER BY is_backfill, number LIMIT ?",
                  kDeliveryColumns, kNextOfAccounts)
          .c_str());
  return sqlite::rows(reading.bind(destination).bind(now).bind(most), delivery_of);
}

Result<std::optional<Instant>> Outbox::next_due(const std::string& destination) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_, fmt::format("SELECT min(due) FROM {}", kNextOfAccounts).c_str());
  const auto has_row = reading.bind(destination).step();
  if (!has_row) return has_row.error();
  return reading.maybe_instant(0);
}

Result<void> Outbox::settle(const std::vector<Parcel>& tried,
                            const std::vector<ParcelOutcome>& outcomes, Instant now) {
  return sqlite::in_transaction(connection_, [&]() -> Result<void> {
    for (const ParcelOutcome& outcome : outcomes) {
      const bool is_over = outcome.state != ParcelState::waiting;
      Statement settling(connection_,
                         "UPDATE delivery SET state = ?, attempts = attempts + 1, due = ?, "
                         "problem = ?, ended = ? WHERE number = ?");
      settling.bind(number_of(outcome.state)).bind(outcome.due).bind(outcome.problem);
      settling.bind(is_over ? std::optional(now) : std::nullopt);
      if (auto done = settling.bind(outcome.number).run(); !done) return done;
      if (outcome.state != ParcelState::delivered) continue;
      for (const Parcel& delivery : tried) {
        if (delivery.number != outcome.number || delivery.account.empty()) continue;
        Statement telling(connection_,
                          "INSERT OR REPLACE INTO told (destination, account, body) SELECT ?, "
                          "?, ? WHERE EXISTS (SELECT 1 FROM destination WHERE name = ?)");
        // Also where it was withdrawn on its way: the other end has it now.
        telling.bind(delivery.destination).bind(delivery.account).bind(delivery.body);
        telling.bind(delivery.destination);
        if (auto told = telling.run(); !told) return told;
      }
    }
    if (tried.empty()) return {};
    return Statement(connection_,
                     "DELETE FROM delivery WHERE destination = ? AND state = 1 AND number <= "
                     "(SELECT max(number) FROM delivery WHERE destination = ?) - ?")
        .bind(tried.front().destination)
        .bind(tried.front().destination)
        .bind(kKeptDelivered)
        .run();
  });
}

Result<std::map<std::string, std::string>> Outbox::told(const std::string& destination) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_, "SELECT account, body FROM told WHERE destination = ?");
  std::map<std::string, std::string> told;
  reading.bind(destination);
  for (;;) {
    const auto has_row = reading.step();
    if (!has_row) return has_row.error();
    if (!*has_row) return told;
    told.emplace(reading.text(0), reading.text(1));
  }
}

Result<std::vector<Parcel>> Outbox::deliveries(const std::string& destination,
                                               std::optional<ParcelState> state, int most) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(
      connection_,
      fmt::format("SELECT {} FROM delivery WHERE (? = '' OR destination = ?) AND "
                  "(? < 0 OR state = ?) ORDER BY coalesce(ended, due) DESC, number DESC LIMIT ?",
                  kDeliveryColumns)
          .c_str());
  const int wanted = state ? number_of(*state) : -1;
  return sqlite::rows(
      reading.bind(destination).bind(destination).bind(wanted).bind(wanted).bind(most),
      delivery_of);
}

Result<Outbox::Counts> Outbox::counts(const std::string& destination) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT sum(state = 0), sum(state = 1), sum(state = 2) FROM delivery "
                    "WHERE destination = ?");
  const auto has_row = reading.bind(destination).step();
  if (!has_row) return has_row.error();
  return Counts{reading.number(0), reading.number(1), reading.number(2)};
}

Result<int> Outbox::retry(const std::string& destination, std::optional<std::int64_t> number,
                          Instant now) {
  const std::lock_guard lock(connection_.lock);
  Statement trying(connection_,
                   "UPDATE delivery SET state = 0, attempts = 0, due = ?, ended = NULL WHERE "
                   "state = 2 AND destination = ? AND (? < 0 OR number = ?)");
  trying.bind(now).bind(destination).bind(number.value_or(-1)).bind(number.value_or(-1));
  if (auto done = trying.run(); !done) return done.error();
  return sqlite3_changes(connection_.raw());
}

}  // namespace tidemark
