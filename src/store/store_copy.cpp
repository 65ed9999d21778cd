#include "store/store_copy.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr int kMostRefusals = 1'000'000;  // more than are ever kept
constexpr DayRange kAllDays{kFirstDay, Day{65'000}};

/// A number for what was written, by FNV-1a; those of several things are added, so that their order
/// does not matter.
class Sum {
 public:
  Sum& text(std::string_view text) {
    for (const char letter : text) mix(static_cast<unsigned char>(letter));
    mix(0xff);
    return *this;
  }
  Sum& number(std::int64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      mix(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> shift));
    }
    return *this;
  }
  std::uint64_t value() const { return value_; }

 private:
  void mix(unsigned char byte) {
    value_ ^= byte;
    value_ *= 1'099'511'628'211U;
  }

  std::uint64_t value_ = 14'695'981'039'346'656'037U;
};

std::int64_t micros_of(std::optional<Instant> at) {
  return at ? at->time_since_epoch().count() : -1;
}

void add_log(const LogPart& part, StoreSums& sums) {
  const EventBatch& events = part.intake.events;
  sums.events += events.size();
  for (std::size_t at = 0; at < events.size(); ++at) {
    sums.checksum += Sum()
                         .number(events.account[at])
                         .number(micros_of(events.at[at]))
                         .number(events.name[at])
                         .text(events.user[at])
                         .text(events.anonymous[at])
                         .text(events.properties[at])
                         .number(micros_of(events.received_at[at]))
                         .number(static_cast<std::int64_t>(events.message[at] >> 64U))
                         .number(static_cast<std::int64_t>(events.message[at]))
                         .number(part.import)
                         .value();
  }
  for (const auto* statements : {&part.intake.of_accounts, &part.intake.of_users}) {
    // Live ones may be said twice: they say the same.
    if (part.import != 0) sums.statements += statements->size();
    for (std::size_t at = 0; part.import != 0 && at < statements->size(); ++at) {
      const bool is_of_account = statements->subject == Subject::account;
      sums.checksum += Sum()
                           .number(is_of_account ? statements->account[at] : -1)
                           .text(is_of_account ? std::string_view() : statements->user[at])
                           .text(statements->property[at])
                           .text(statements->value[at])
                           .number(micros_of(statements->since[at]))
                           .number(part.import)
                           .value();
    }
  }
  if (part.import != 0) sums.aliases += part.intake.aliases.size();
}

Error holds_something_else() {
  return Error{ErrorKind::conflict, "the other store holds something else: copy to an empty one"};
}

Error stopped() { return Error{ErrorKind::interrupted, "stopped; run it again to go on"}; }

/// What is there of names must be the beginning of those that are to come.
Result<void> copy_names(Store& from, Store& to) {
  CollectStep step;
  for (const bool is_of_accounts : {true, false}) {
    const auto names = is_of_accounts ? from.account_ids() : from.event_names();
    if (!names) return names.error();
    const auto there = is_of_accounts ? to.account_ids() : to.event_names();
    if (!there) return there.error();
    const bool is_beginning =
        there->size() <= names->size() && std::equal(there->begin(), there->end(), names->begin());
    if (!is_beginning) return holds_something_else();
    auto& missing = is_of_accounts ? step.new_accounts : step.new_event_names;
    missing.assign(names->begin() + std::ssize(*there), names->end());
  }
  const auto stored = to.collect(step);
  return stored ? Result<void>() : stored.error();
}

/// Copies an import; of one that broke off all anew.
Result<void> copy_import(Store& from, Store& to, const Import& whole,
                         const std::function<bool(std::size_t)>& on_events) {
  Import import = whole;  // as it stands there
  import.taken = 0;
  import.records = 0;  // what is complete is said with the last part
  import.is_complete = false;
  ImportStep last{{}, {}, Dedupe::message_ids, {}, {}, {}};
  std::optional<Error> problem;
  auto read = from.read_log(whole.number, [&](LogPart part) {
    const std::size_t events = part.intake.events.size();
    auto appended = to.append({import, std::move(part.intake), Dedupe::message_ids, {}, {}, {}});
    if (appended) {
      import = *std::move(appended);
    } else {
      problem = appended.error();
    }
    if (!problem && !on_events(events)) problem = stopped();
    return !problem;
  });
  if (problem) return *problem;
  if (!read) return read;
  read = from.read_rejects(whole.number,
                           [&](const Reject& reject) { last.rejects.push_back(reject); });
  if (!read) return read;
  last.import = import;
  last.import.records = whole.records;
  last.import.is_complete = whole.is_complete;
  const auto ended = to.append(last);
  return ended ? Result<void>() : ended.error();
}

/// Events count once by their ids; what was refused is copied once.
Result<void> copy_live(Store& from, Store& to, const std::function<bool(std::size_t)>& on_events) {
  std::optional<Error> problem;
  auto read = from.read_log(0, [&](LogPart part) {
    const std::size_t events = part.intake.events.size();
    const auto collected =
        to.collect({std::move(part.intake), std::move(part.source), {}, {}, {}, {}});
    if (!collected) problem = collected.error();
    if (!problem && !on_events(events)) problem = stopped();
    return !problem;
  });
  if (problem) return *problem;
  if (!read) return read;
  const auto there = to.refusals(1);
  if (!there) return there.error();
  if (!there->empty()) return {};
  auto refusals = from.refusals(kMostRefusals);
  if (!refusals) return refusals.error();
  std::ranges::reverse(*refusals);  // numbered on from the oldest
  CollectStep step;
  step.refusals = *std::move(refusals);
  const auto collected = to.collect(step);
  return collected ? Result<void>() : collected.error();
}

Result<void> copy_log(Store& from, Store& to,
                      const std::function<bool(std::uint64_t)>& on_progress) {
  const auto imports = from.imports();
  if (!imports) return imports.error();
  const auto there = to.imports();
  if (!there) return there.error();
  std::set<std::uint32_t> done;
  for (const Import& import : *there) {
    const auto same = std::ranges::find(*imports, import.number, &Import::number);
    if (same == imports->end() || same->content != import.content) return holds_something_else();
    if (import.taken == same->taken && import.records == same->records) {
      done.insert(import.number);
    } else if (auto gone = to.forget_import(import.number); !gone) {
      return gone;
    }
  }
  std::uint64_t events = 0;
  const auto on_events = [&](std::size_t more) { return on_progress(events += more); };
  for (const Import& import : *imports) {
    if (done.contains(import.number)) {
      events += import.taken;
      continue;
    }
    if (auto copied = copy_import(from, to, import, on_events); !copied) return copied;
  }
  return copy_live(from, to, on_events);
}

Result<void> copy_merges(Store& from, Store& to) {
  const auto merges = from.merges();
  if (!merges) return merges.error();
  const auto there = to.merges();
  if (!there) return there.error();
  for (const AccountMerge& merge : *merges) {
    const bool is_there = std::ranges::any_of(*there, [&](const AccountMerge& one) {
      return !one.is_stated && one.account == merge.account && one.into == merge.into;
    });
    if (merge.is_stated || is_there) continue;
    if (auto merged = to.merge_accounts(merge); !merged) return merged;
  }
  const auto by_domain = from.counts_by_domain();
  if (!by_domain) return by_domain.error();
  const auto is_so = to.counts_by_domain();
  if (!is_so) return is_so.error();
  return *by_domain && !*is_so ? to.count_by_domain(true, {}) : Result<void>();
}

Result<void> copy_published(Store& from, Store& to) {
  const auto marks = from.incomplete_days();
  if (!marks) return marks.error();
  if (!marks->empty()) {
    if (auto marked = to.mark_days(*marks); !marked) return marked;
  }
  const auto days = from.published_days();
  if (!days) return days.error();
  const auto there = to.published_days();
  if (!there) return there.error();
  if (there->size() > days->size() || !std::equal(there->begin(), there->end(), days->begin())) {
    return holds_something_else();
  }
  const auto calibrations = from.calibrations();
  if (!calibrations) return calibrations.error();
  const auto merges = from.published_merges();
  if (!merges) return merges.error();
  // So many days a step, all under one definition.
  constexpr std::ptrdiff_t kDaysOfStep = 31;
  for (auto begin = days->begin() + std::ssize(*there); begin != days->end();) {
    auto end = begin;
    while (end != days->end() && end - begin < kDaysOfStep &&
           end->definition == begin->definition) {
      ++end;
    }
    const auto definition = from.definition(begin->definition);
    if (!definition) return definition.error();
    if (!*definition) {
      return Error{ErrorKind::unavailable,
                   fmt::format("the definition {} is not there", begin->definition)};
    }
    PublishStep step{**definition, {}, {begin, end}, {}, {}, {}};
    const DayRange range{begin->day, (end - 1)->day};
    for (const Calibration& calibration : *calibrations) {
      if (calibration.day + 1 <= range.last) step.calibrations.push_back(calibration);
    }
    auto records = from.records_within(range);
    if (!records) return records.error();
    step.records = *std::move(records);
    auto changes = from.changes_within(range);
    if (!changes) return changes.error();
    step.changes = *std::move(changes);
    auto corrections = from.corrections_within({range.first - 1, range.last - 1});
    if (!corrections) return corrections.error();
    step.corrections = *std::move(corrections);
    if (end == days->end()) step.merges = *merges;
    if (auto published = to.publish(step); !published) return published;
    begin = end;
  }
  for (const Calibration& calibration : *calibrations) {
    const auto evidence = from.evidence_of(calibration.day);
    if (!evidence) return evidence.error();
    if (!*evidence) continue;
    if (auto kept = to.keep_evidence(calibration.day, **evidence); !kept) return kept;
  }
  return {};
}

}  // namespace

Result<StoreSums> sums_of(Store& store) {
  StoreSums sums;
  const auto accounts = store.account_ids();
  if (!accounts) return accounts.error();
  const auto names = store.event_names();
  if (!names) return names.error();
  sums.accounts = accounts->size();
  sums.event_names = names->size();
  for (const auto* list : {&*accounts, &*names}) {
    for (std::size_t number = 0; number < list->size(); ++number) {
      sums.checksum +=
          Sum().number(static_cast<std::int64_t>(number)).text((*list)[number]).value();
    }
  }
  const auto imports = store.imports();
  if (!imports) return imports.error();
  sums.imports = imports->size();
  std::vector<std::uint32_t> parts{0};
  for (const Import& import : *imports) parts.push_back(import.number);
  for (const std::uint32_t part : parts) {
    auto read = store.read_log(part, [&](const LogPart& of) {
      add_log(of, sums);
      return true;
    });
    if (!read) return read.error();
  }
  const auto refusals = store.refusals(kMostRefusals);
  if (!refusals) return refusals.error();
  for (const Refusal& refusal : *refusals) {
    sums.checksum += Sum()
                         .number(refusal.source)
                         .text(refusal.dialect)
                         .number(micros_of(refusal.received_at))
                         .text(refusal.message)
                         .value();
  }
  const auto days = store.published_days();
  if (!days) return days.error();
  sums.days = days->size();
  for (const PublishedDay& day : *days) {
    Sum sum;
    sum.number(day.day.number).text(day.definition);
    sum.number(day.calibration ? day.calibration->number : -1);
    for (const std::int64_t count : day.accounts) sum.number(count);
    sums.checksum += sum.value();
  }
  const auto records = store.records_within(kAllDays);
  if (!records) return records.error();
  sums.records = records->size();
  for (const LevelRecord& record : *records) {
    sums.checksum += Sum()
                         .number(record.account)
                         .number(record.day.number)
                         .number(record.points.milli)
                         .number(static_cast<int>(record.level))
                         .number(static_cast<int>(record.standing.level))
                         .number(record.standing.waited)
                         .value();
  }
  const auto changes = store.changes_within(kAllDays);
  if (!changes) return changes.error();
  sums.changes = changes->size();
  const auto corrections = store.corrections_within(kAllDays);
  if (!corrections) return corrections.error();
  sums.corrections = corrections->size();
  return sums;
}

Result<void> copy_store(Store& from, Store& to,
                        const std::function<bool(std::uint64_t)>& on_progress) {
  if (MappedTables* const mapped = from.mapped_tables(); mapped != nullptr) {
    const auto tables = mapped->all();
    if (!tables) return tables.error();
    if (!tables->empty()) {
      return Error{ErrorKind::conflict,
                   fmt::format("events of {0} lie in a table of yours, and would not be copied: "
                               "tidemark tables remove {0}, or import them",
                               tables->front().table.name)};
    }
  }
  if (auto copied = copy_names(from, to); !copied) return copied;
  if (auto copied = copy_log(from, to, on_progress); !copied) return copied;
  if (auto copied = copy_merges(from, to); !copied) return copied;
  return copy_published(from, to);
}

}  // namespace tidemark
