#include "store/clickhouse/log_tables.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include <simdjson.h>

#include "store/account_share.h"
#include "store/clickhouse/event_rows.h"

namespace tidemark::click {
namespace {

constexpr std::uint8_t kIsTakenBack = 2;          // an import, beside 1 for a complete one
constexpr std::uint64_t kMostRefusals = 100'000;  // kept; the oldest go

std::uint64_t high_of(Wide message) { return static_cast<std::uint64_t>(message >> 64U); }
std::uint64_t low_of(Wide message) { return static_cast<std::uint64_t>(message); }
Wide message_of(std::uint64_t high, std::uint64_t low) { return Wide{high} << 64U | low; }

std::string_view table_of(NameTable table) {
  return table == NameTable::account ? "account" : "event_name";
}

void write_event(RowWriter& rows, const EventBatch& events, const EventOrigin& origin,
                 std::size_t at, std::uint64_t step) {
  rows.number(std::uint32_t{events.account[at]})
      .number(micros_of(events.at[at]))
      .number(std::uint16_t{events.name[at]})
      .text(events.user[at])
      .text(events.properties[at])
      .number(micros_of(events.received_at[at]))
      .number(high_of(events.message[at]))
      .number(low_of(events.message[at]))
      .number(origin.import)
      .text(events.anonymous[at])
      .number(origin.source.empty() ? kNoSource : origin.source[at])
      .number(static_cast<std::uint32_t>(at))
      .number(step);
}

/// What of an event counts where it has no id.
using Likeness = std::tuple<AccountNumber, std::int64_t, SignalNumber, std::string, std::string>;

Likeness likeness_of(const EventBatch& events, std::size_t at) {
  return {events.account[at], micros_of(events.at[at]), events.name[at],
          std::string(events.user[at]), std::string(events.properties[at])};
}

/// Those of the log that may be like one of the events.
Result<std::set<Likeness>> alike_in_log(const View& view, const EventBatch& events) {
  std::set<AccountNumber> accounts;
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (events.message[at] != 0) continue;
    accounts.insert(events.account[at]);
    first = std::min(first, micros_of(events.at[at]));
    last = std::max(last, micros_of(events.at[at]));
  }
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  std::set<Likeness> alike;
  auto read = view.server.query(
      fmt::format(
          "SELECT account, happened_at, name, user_id, properties FROM event WHERE {} AND "
          "message_high = 0 AND message_low = 0 AND happened_at >= {} AND happened_at <= {} "
          "AND account IN ({})",
          *seen, first, last, fmt::join(accounts, ",")),
      {Field::u32, Field::i64, Field::u16, Field::text, Field::text}, [&](const Row& row) {
        alike.emplace(row.number<AccountNumber>(0), row.number<std::int64_t>(1),
                      row.number<SignalNumber>(2), row.text(3), row.text(4));
      });
  if (!read) return read.error();
  return alike;
}

}  // namespace

Result<std::string> is_seen(const View& view) {
  std::string condition = within(view.moment, Lane::log);
  auto read = view.server.query(
      fmt::format("SELECT import, step FROM forgotten_import WHERE {}", condition),
      {Field::u32, Field::u64}, [&](const Row& row) {
        condition += fmt::format(" AND NOT (import = {} AND step < {})",
                                 row.number<std::uint32_t>(0), row.number<std::uint64_t>(1));
      });
  if (!read) return read.error();
  return condition;
}

Result<std::vector<std::string>> read_names(const View& view, NameTable table) {
  return view.items<std::string>(fmt::format("SELECT {} FROM {} WHERE {} ORDER BY number",
                                             table == NameTable::account ? "id" : "name",
                                             table_of(table), within(view.moment, Lane::log)),
                                 {Field::text},
                                 [](const Row& row) { return std::string(row.text(0)); });
}

Result<void> append_names(const View& before, NameTable table,
                          const std::vector<std::string>& names, std::uint64_t step) {
  if (names.empty()) return {};
  const auto count = before.number(fmt::format("SELECT toUInt64(count()) FROM {} WHERE {}",
                                               table_of(table), within(before.moment, Lane::log)));
  if (!count) return count.error();
  std::uint64_t number = *count;
  RowWriter rows;
  for (const std::string& name : names) {
    if (table == NameTable::account) {
      rows.number(static_cast<std::uint32_t>(number++));
    } else {
      rows.number(static_cast<std::uint16_t>(number++));
    }
    rows.text(name).number(step);
  }
  return before.server.insert(std::string(table_of(table)), rows);
}

Result<TakenEvents> append_events(const View& before, const MessageIndex& index,
                                  const EventBatch& events, const EventOrigin& origin,
                                  Dedupe dedupe, std::uint64_t step) {
  if (events.size() == 0) return TakenEvents{};
  auto taken = look_up(index, events);
  if (!taken) return taken;
  const bool compares = compares_rows(events, dedupe);
  std::set<Likeness> alike;
  if (compares) {
    auto found = alike_in_log(before, events);
    if (!found) return found.error();
    alike = *std::move(found);
  }
  RowWriter rows;
  for (std::size_t at = 0; at < events.size(); ++at) {
    if (!taken->is_new[at]) continue;
    if (compares && events.message[at] == 0 && !alike.insert(likeness_of(events, at)).second) {
      continue;
    }
    write_event(rows, events, origin, at, step);
    ++taken->count;
  }
  if (auto done = before.server.insert("event", rows); !done) return done.error();
  return taken;
}

Result<void> read_messages(const View& view, std::uint64_t after_step,
                           const std::function<Result<void>(std::span<const Wide>)>& sink) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  std::vector<Wide> messages;
  Result<void> handed_over;
  constexpr std::size_t kTogether = 65'536;
  const auto hand_over = [&] {
    if (handed_over && !messages.empty()) handed_over = sink(messages);
    messages.clear();
  };
  auto read = view.server.query(
      fmt::format("SELECT message_high, message_low FROM event WHERE {} AND step > {} AND "
                  "(message_high != 0 OR message_low != 0)",
                  *seen, after_step),
      {Field::u64, Field::u64}, [&](const Row& row) {
        messages.push_back(message_of(row.number<std::uint64_t>(0), row.number<std::uint64_t>(1)));
        if (messages.size() == kTogether) hand_over();
      });
  if (!read) return read;
  hand_over();
  return handed_over;
}

Result<LogSteps> log_steps(const View& view) {
  const auto taken_back = view.number(fmt::format("SELECT max(step) FROM forgotten_import WHERE {}",
                                                  within(view.moment, Lane::log)));
  if (!taken_back) return taken_back.error();
  return LogSteps{*taken_back, view.moment.of(Lane::log)};
}

Result<std::uint64_t> event_count(const View& view) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  auto count = view.number(fmt::format("SELECT toUInt64(count()) FROM event WHERE {}", *seen));
  if (!count) return count;
  const auto tables = mapped_rows(view);
  if (!tables) return tables.error();
  for (const MappedRows& table : *tables) *count += table.seen.events;
  return count;
}

namespace {

constexpr std::size_t kRowsTogether = 8'192;

/// What tables of others hold may be anything.
std::string_view readable(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size()) ? text : std::string_view();
}

/// Rows of events on their way to a sink, so many at a time.
struct EventBlock {
  std::vector<AccountNumber> account;
  std::vector<Instant> at;
  std::vector<SignalNumber> name;
  TextColumn user;
  TextColumn properties;
  std::vector<Instant> arrived;

  void hand_over(EventDetail detail,
                 const std::function<void(const EventColumns&, unsigned)>& sink) {
    if (at.empty()) return;
    std::vector<std::string_view> users;
    std::vector<std::string_view> texts;
    for (std::size_t row = 0; detail.users && row < at.size(); ++row) users.push_back(user[row]);
    for (std::size_t row = 0; detail.properties && row < at.size(); ++row) {
      texts.push_back(properties[row]);
    }
    sink({account, at, name, users, texts, arrived}, 0);
    *this = EventBlock{};
  }
};

}  // namespace

Result<void> read_events(const View& view, const Identity& identity, EventDetail detail,
                         const std::function<void(const EventColumns&, unsigned)>& sink) {
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  std::string named = counts_for(identity, detail.accounts);
  if (named.empty()) named = fmt::format("account != {}", kNoAccount);
  const std::string unnamed = fmt::format("account = {}", kNoAccount);
  const std::string both = fmt::format("({} OR {})", named, unnamed);
  std::uint64_t expected = 0;
  auto counted = parts->front().read("toUInt64(count())", both, {Field::u64}, [&](const Row& row) {
    expected = row.number<std::uint64_t>(0);
  });
  if (!counted) return counted;
  std::uint64_t count = 0;
  const auto read_part = [&](const EventRows& part, const std::string& condition,
                             bool are_all_named) -> Result<void> {
    // A column that was not asked for is not read.
    const bool reads_users = detail.users || !are_all_named;
    std::string columns = "account, happened_at, name";
    std::vector<Field> fields{Field::u32, Field::i64, Field::u16};
    const auto add = [&](const char* column, Field field) {
      columns += fmt::format(", {}", column);
      fields.push_back(field);
    };
    if (reads_users) add("user_id", Field::text);
    if (detail.properties) add("properties", Field::text);
    if (!are_all_named) add("anonymous_id", Field::text);
    if (detail.arrivals) add("received_at", Field::i64);
    EventBlock block;
    auto read = part.read(columns, condition, fields, [&](const Row& row) {
      if (part.mapped() == nullptr) ++count;
      std::size_t column = 3;
      std::string_view user = reads_users ? row.text(column++) : std::string_view();
      const std::string_view properties =
          detail.properties ? row.text(column++) : std::string_view();
      const std::string_view visitor = are_all_named ? std::string_view() : row.text(column++);
      if (part.mapped() != nullptr) user = readable(user);
      const Instant at = instant_of(row.number<std::int64_t>(1));
      const auto names = row.number<AccountNumber>(0);
      const AccountNumber account = names != kNoAccount
                                        ? identity.root_of(names)
                                        : identity.account_of(kNoAccount, user, visitor, at);
      block.account.push_back(detail.accounts.contains(account) ? account : kNoAccount);
      block.at.push_back(at);
      block.name.push_back(row.number<SignalNumber>(2));
      if (detail.users) block.user.push_back(user);
      if (detail.properties) block.properties.push_back(properties);
      if (detail.arrivals) {
        block.arrived.push_back(maybe_instant(row.number<std::int64_t>(column)).value_or(at));
      }
      if (block.at.size() == kRowsTogether) block.hand_over(detail, sink);
    });
    block.hand_over(detail, sink);
    return read;
  };
  for (const EventRows& part : *parts) {
    if (part.mapped() != nullptr) {
      // All at once: to read it is dear.
      if (auto read = read_part(part, both, false); !read) return read;
      continue;
    }
    if (auto read = read_part(part, named, true); !read) return read;
    if (auto read = read_part(part, unnamed, false); !read) return read;
  }
  // A level from part of the events would be published for good. How many a table of others has by
  // now, nobody knows.
  if (count != expected) {
    return Error{ErrorKind::unavailable,
                 fmt::format("the database gave {} of its {} events", count, expected)};
  }
  return {};
}

Result<std::optional<Instant>> last_event(const View& view, Instant until) {
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  std::optional<Instant> last;
  for (const EventRows& part : *parts) {
    const SeenTable* const mapped = part.mapped();
    if (mapped != nullptr && (!mapped->last || *mapped->last < until)) {
      last = std::max(last, mapped->last);
      continue;
    }
    auto read = part.read(
        "max(happened_at)", fmt::format("happened_at < {} HAVING count() > 0", micros_of(until)),
        {Field::i64},
        [&](const Row& row) { last = std::max(last, maybe_instant(row.number<std::int64_t>(0))); });
    if (!read) return read.error();
  }
  return last;
}

Result<void> read_arrived(const View& view, const Identity& identity, Instant from, Instant until,
                          const std::function<void(const ArrivedColumns&)>& sink) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  std::vector<AccountNumber> accounts;
  std::vector<Instant> instants;
  std::vector<std::uint16_t> sources;
  const auto hand_over = [&] {
    if (!instants.empty()) sink({accounts, instants, sources});
    accounts.clear();
    instants.clear();
    sources.clear();
  };
  auto read = view.server.query(
      fmt::format("SELECT account, happened_at, source, if(account = {0}, user_id, ''), "
                  "if(account = {0}, anonymous_id, '') FROM event WHERE {1} AND source != {2} AND "
                  "happened_at >= {3} AND happened_at < {4}",
                  kNoAccount, *seen, kNoSource, micros_of(from), micros_of(until)),
      {Field::u32, Field::i64, Field::u16, Field::text, Field::text}, [&](const Row& row) {
        const Instant at = instant_of(row.number<std::int64_t>(1));
        accounts.push_back(
            identity.account_of(row.number<AccountNumber>(0), row.text(3), row.text(4), at));
        instants.push_back(at);
        sources.push_back(row.number<std::uint16_t>(2));
        if (instants.size() == kRowsTogether) hand_over();
      });
  if (!read) return read;
  hand_over();
  return {};
}

Result<std::vector<AccountEvent>> events_of(const View& view, const Identity& identity,
                                            const Names& account_ids, AccountNumber account) {
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  const std::vector<AccountNumber> members = identity.members_of(account);
  struct Way {  // by which events may count for it
    std::string condition;
    std::vector<std::string> account_ids;  // that they name
  };
  std::vector<Way> ways{{fmt::format("account IN ({})", fmt::join(members, ",")), {}}};
  for (const AccountNumber member : members) {
    if (member < account_ids.size()) ways.front().account_ids.push_back(account_ids[member]);
  }
  std::vector<std::string> unnamed;
  if (const auto ids = identity.ids_of(account); !ids.empty()) {
    std::vector<std::string> texts;
    for (const std::string& id : ids) texts.push_back(sql_text(id));
    unnamed.push_back(
        fmt::format("user_id IN ({0}) OR anonymous_id IN ({0})", fmt::join(texts, ",")));
  }
  for (const std::string& domain : identity.domains_of(account)) {
    unnamed.push_back(
        fmt::format("endsWith(lower(user_id), {0}) OR endsWith(lower(anonymous_id), {0})",
                    sql_text("@" + domain)));
  }
  if (!unnamed.empty()) {
    ways.push_back(
        {fmt::format("account = {} AND ({})", kNoAccount, fmt::join(unnamed, " OR ")), {""}});
  }
  std::vector<AccountEvent> events;
  for (const EventRows& part : *parts) {
    const bool is_log = part.mapped() == nullptr;
    for (const Way& way : ways) {
      auto read = part.read(
          "happened_at, name, user_id, properties, account, anonymous_id", way.condition,
          {Field::i64, Field::u16, Field::text, Field::text, Field::u32, Field::text},
          [&](const Row& row) {
            const Instant at = instant_of(row.number<std::int64_t>(0));
            const std::string_view user = is_log ? row.text(2) : readable(row.text(2));
            const std::string_view properties = is_log ? row.text(3) : readable(row.text(3));
            const AccountNumber member =
                identity.member_of(row.number<AccountNumber>(4), user, row.text(5), at);
            if (member == kNoAccount || identity.root_of(member) != account) return;
            events.push_back(
                {at, row.number<SignalNumber>(1), std::string(user),
                 user.empty() ? identity.person_of(row.text(5), at) : std::string(user),
                 std::string(properties), member});
          },
          way.account_ids);
      if (!read) return read.error();
    }
  }
  std::ranges::sort(events, {}, [](const AccountEvent& event) {
    return std::tie(event.at, event.name, event.user, event.properties);
  });
  return events;
}

Result<std::vector<ArrivedEvent>> arrived_since(const View& view, const Identity& identity,
                                                std::uint64_t step, int limit) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  auto events = view.items<ArrivedEvent>(
      fmt::format("SELECT step, source, received_at, happened_at, name, account, user_id, "
                  "anonymous_id, properties FROM event WHERE {} AND source != {} AND step > {} "
                  "ORDER BY step DESC, line DESC LIMIT {}",
                  *seen, kNoSource, step, limit),
      {Field::u64, Field::u16, Field::i64, Field::i64, Field::u16, Field::u32, Field::text,
       Field::text, Field::text},
      [&](const Row& row) {
        ArrivedEvent event;
        event.batch = row.number<std::uint64_t>(0);
        event.source = row.number<std::uint16_t>(1);
        event.received_at = instant_of(row.number<std::int64_t>(2));
        event.at = instant_of(row.number<std::int64_t>(3));
        event.name = row.number<SignalNumber>(4);
        event.user = row.text(6);
        event.anonymous = row.text(7);
        event.properties = row.text(8);
        event.account = identity.account_of(row.number<AccountNumber>(5), event.user,
                                            event.anonymous, event.at);
        return event;
      });
  if (events) std::ranges::reverse(*events);
  return events;
}

Result<std::vector<UnnamedSender>> unnamed_senders(const View& view) {
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  std::set<std::pair<std::string, std::string>> senders;
  for (const EventRows& part : *parts) {
    auto read =
        part.read("DISTINCT user_id, anonymous_id", fmt::format("account = {}", kNoAccount),
                  {Field::text, Field::text},
                  [&](const Row& row) {
                    const bool is_log = part.mapped() == nullptr;
                    senders.emplace(is_log ? row.text(0) : readable(row.text(0)), row.text(1));
                  },
                  {""});
    if (!read) return read.error();
  }
  std::vector<UnnamedSender> all;
  for (const auto& [user, anonymous] : senders) all.push_back({user, anonymous});
  return all;
}

Result<void> read_senders(const View& view, const Identity& identity,
                          const std::function<void(const EventSender&)>& sink) {
  const auto parts = EventRows::of(view);
  if (!parts) return parts.error();
  for (const EventRows& part : *parts) {
    auto read = part.read(
        "account, user_id, anonymous_id, toUInt64(count()), max(happened_at)",
        "1 GROUP BY account, user_id, anonymous_id",
        {Field::u32, Field::text, Field::text, Field::u64, Field::i64}, [&](const Row& row) {
          const Instant last = instant_of(row.number<std::int64_t>(4));
          const std::string_view user =
              part.mapped() == nullptr ? row.text(1) : readable(row.text(1));
          sink({identity.account_of(row.number<AccountNumber>(0), user, row.text(2), last), user,
                row.text(2), row.number<std::uint64_t>(3), last});
        });
    if (!read) return read;
  }
  return {};
}

Result<std::vector<Import>> imports(const View& view) {
  // A later row of an import takes the place of those before; taken back, it is no more.
  std::map<std::uint32_t, Import> found;
  auto read = view.server.query(
      fmt::format(
          "SELECT number, name, started, records, taken, duplicates, rejected, is_complete, "
          "settings, content FROM import WHERE {} ORDER BY step",
          within(view.moment, Lane::log)),
      {Field::u32, Field::text, Field::i64, Field::u64, Field::u64, Field::u64, Field::u64,
       Field::u8, Field::text, Field::text},
      [&](const Row& row) {
        Import import;
        import.number = row.number<std::uint32_t>(0);
        import.name = row.text(1);
        import.started = instant_of(row.number<std::int64_t>(2));
        import.records = row.number<std::uint64_t>(3);
        import.taken = row.number<std::uint64_t>(4);
        import.duplicates = row.number<std::uint64_t>(5);
        import.rejected = row.number<std::uint64_t>(6);
        import.is_complete = row.number<std::uint8_t>(7) == 1;
        import.settings = row.text(8);
        import.content = row.text(9);
        if (row.number<std::uint8_t>(7) == kIsTakenBack) {
          found.erase(import.number);
        } else {
          found[import.number] = std::move(import);
        }
      });
  if (!read) return read.error();
  std::vector<Import> all;
  for (auto& [number, import] : found) all.push_back(std::move(import));
  return all;
}

namespace {

void write_import(RowWriter& rows, const Import& import, std::uint8_t state, std::uint64_t step) {
  rows.number(import.number)
      .text(import.name)
      .text(import.content)
      .text(import.settings)
      .number(micros_of(import.started))
      .number(import.records)
      .number(import.taken)
      .number(import.duplicates)
      .number(import.rejected)
      .number(state)
      .number(step);
}

}  // namespace

Result<void> save_import(const View& before, const Import& import,
                         const std::vector<Reject>& rejects, std::uint64_t step) {
  RowWriter of_import;
  write_import(of_import, import, import.is_complete ? 1 : 0, step);
  if (auto done = before.server.insert("import", of_import); !done) return done;
  RowWriter rows;
  for (const Reject& reject : rejects) {
    rows.number(import.number)
        .number(reject.line)
        .text(reject.column)
        .text(reject.value)
        .number(static_cast<std::uint8_t>(reject.reason))
        .text(reject.record)
        .number(step);
  }
  return before.server.insert("reject", rows);
}

Result<void> forget_import(const View& before, std::uint32_t number, std::uint64_t step) {
  Import import;
  import.number = number;
  RowWriter of_import;
  write_import(of_import, import, kIsTakenBack, step);
  if (auto done = before.server.insert("import", of_import); !done) return done;
  RowWriter row;
  row.number(number).number(step);
  return before.server.insert("forgotten_import", row);
}

Result<void> read_rejects(const View& view, std::uint32_t import,
                          const std::function<void(const Reject&)>& sink) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  return view.server.query(
      fmt::format("SELECT line, field, value, reason, record FROM reject WHERE {} AND import = {} "
                  "ORDER BY line, step",
                  *seen, import),
      {Field::u64, Field::text, Field::text, Field::u8, Field::text}, [&](const Row& row) {
        sink({row.number<std::uint64_t>(0), std::string(row.text(1)), std::string(row.text(2)),
              static_cast<RejectReason>(row.number<std::uint8_t>(3)), std::string(row.text(4))});
      });
}

namespace {

constexpr std::size_t kEventsOfPart = 250'000;

Result<void> read_events_of(const View& view, const std::string& seen, std::uint32_t import,
                            const std::function<bool(LogPart)>& sink) {
  bool goes_on = true;
  LogPart part{import, {}, {}};
  const auto hand_over = [&] {
    if (goes_on && part.intake.events.size() > 0) goes_on = sink(std::move(part));
    part = LogPart{import, {}, {}};
  };
  auto read = view.server.query(
      fmt::format(
          "SELECT account, happened_at, name, user_id, properties, received_at, "
          "message_high, message_low, anonymous_id, source FROM event WHERE {} AND import = "
          "{}",
          seen, import),
      {Field::u32, Field::i64, Field::u16, Field::text, Field::text, Field::i64, Field::u64,
       Field::u64, Field::text, Field::u16},
      [&](const Row& row) {
        part.intake.events.add(
            {.account = row.number<AccountNumber>(0),
             .at = instant_of(row.number<std::int64_t>(1)),
             .name = row.number<SignalNumber>(2),
             .user = row.text(3),
             .anonymous = row.text(8),
             .properties = row.text(4),
             .received_at = maybe_instant(row.number<std::int64_t>(5)),
             .message = message_of(row.number<std::uint64_t>(6), row.number<std::uint64_t>(7))});
        if (import == 0) part.source.push_back(row.number<std::uint16_t>(9));
        if (part.intake.events.size() == kEventsOfPart) hand_over();
      });
  if (!read) return read;
  hand_over();
  return {};
}

Result<LogPart> read_what_is_said(const View& view, const std::string& seen, std::uint32_t import) {
  LogPart part{import, {}, {}};
  auto read = view.server.query(
      fmt::format("SELECT subject, account, user_id, property, value, since, line FROM property "
                  "WHERE {} AND import = {} ORDER BY line, account, user_id, property",
                  seen, import),
      {Field::u8, Field::u32, Field::text, Field::text, Field::text, Field::i64, Field::u64},
      [&](const Row& row) {
        const bool is_of_account = row.number<std::uint8_t>(0) == 0;
        StatementBatch& to = is_of_account ? part.intake.of_accounts : part.intake.of_users;
        if (is_of_account) {
          to.account.push_back(row.number<AccountNumber>(1));
        } else {
          to.user.push_back(row.text(2));
        }
        to.property.push_back(row.text(3));
        to.value.push_back(row.text(4));
        to.since.push_back(maybe_instant(row.number<std::int64_t>(5)));
        to.line.push_back(row.number<std::uint64_t>(6));
      });
  if (!read) return read.error();
  read = view.server.query(
      fmt::format("SELECT id, user_id, since FROM alias WHERE {} AND import = {}", seen, import),
      {Field::text, Field::text, Field::i64}, [&](const Row& row) {
        part.intake.aliases.push_back({std::string(row.text(0)), std::string(row.text(1)),
                                       instant_of(row.number<std::int64_t>(2))});
      });
  if (!read) return read.error();
  return part;
}

}  // namespace

Result<void> read_log(const View& view, std::uint32_t import,
                      const std::function<bool(LogPart)>& sink) {
  const auto seen = is_seen(view);
  if (!seen) return seen.error();
  auto said = read_what_is_said(view, *seen, import);
  if (!said) return said.error();
  return sink(*std::move(said)) ? read_events_of(view, *seen, import, sink) : Result<void>();
}

Result<void> append_refusals(const View& before, const std::vector<Refusal>& refusals,
                             const std::vector<std::uint64_t>& replayed, std::uint64_t step) {
  if (refusals.empty() && replayed.empty()) return {};
  const auto last = before.number(
      fmt::format("SELECT max(number) FROM refusal WHERE {}", within(before.moment, Lane::log)));
  if (!last) return last.error();
  RowWriter rows;
  const auto write = [&](const Refusal& refusal, std::uint64_t number, std::uint8_t is_gone) {
    rows.number(number)
        .number(refusal.source)
        .text(refusal.dialect)
        .number(micros_of(refusal.received_at))
        .number(static_cast<std::uint8_t>(refusal.reason))
        .text(refusal.field)
        .text(refusal.value)
        .text(refusal.message)
        .number(is_gone)
        .number(step);
  };
  std::uint64_t number = *last;
  for (const Refusal& refusal : refusals) write(refusal, ++number, 0);
  for (const std::uint64_t gone : replayed) write({}, gone, 1);
  return before.server.insert("refusal", rows);
}

Result<std::vector<Refusal>> refusals(const View& view, int limit) {
  const std::string seen = within(view.moment, Lane::log);
  return view.items<Refusal>(
      fmt::format(
          "SELECT number, source, dialect, received_at, reason, field, value, message FROM "
          "refusal WHERE {0} AND is_gone = 0 AND number GLOBAL NOT IN (SELECT number FROM refusal "
          "WHERE {0} AND is_gone = 1) AND number + {1} > (SELECT max(number) FROM refusal "
          "WHERE {0}) ORDER BY number DESC LIMIT {2}",
          seen, kMostRefusals, limit),
      {Field::u64, Field::u16, Field::text, Field::i64, Field::u8, Field::text, Field::text,
       Field::text},
      [](const Row& row) {
        return Refusal{row.number<std::uint64_t>(0),
                       row.number<std::uint16_t>(1),
                       std::string(row.text(2)),
                       instant_of(row.number<std::int64_t>(3)),
                       static_cast<RejectReason>(row.number<std::uint8_t>(4)),
                       std::string(row.text(5)),
                       std::string(row.text(6)),
                       std::string(row.text(7))};
      });
}

}  // namespace tidemark::click
