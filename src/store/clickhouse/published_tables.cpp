#include "store/clickhouse/published_tables.h"

#include <algorithm>
#include <map>

namespace tidemark::click {
namespace {

/// What was published from a day on, by steps before this one, is forgotten.
struct Forgetting {
  std::uint64_t step = 0;
  Day day;
  bool is_all = false;  // definitions too
};

Result<std::vector<Forgetting>> forgettings(const View& view) {
  return view.items<Forgetting>(fmt::format("SELECT step, day, is_all FROM forgotten_day WHERE {}",
                                            within(view.moment, Lane::published)),
                                {Field::u64, Field::i32, Field::u8}, [](const Row& row) {
                                  return Forgetting{row.number<std::uint64_t>(0),
                                                    Day{row.number<std::int32_t>(1)},
                                                    row.number<std::uint8_t>(2) != 0};
                                });
}

/// The tables as a step finds them: with what it forgets itself.
struct Found {
  const View& view;
  std::vector<Forgetting> forgotten;

  /// The condition that rows are to be seen. Those of a day are forgotten with it, or with one so
  /// many days later: a calibration takes effect the day after it was made, corrections were found
  /// by the run that published the day after theirs.
  std::string is_seen(int days_later = 0) const {
    std::string condition = within(view.moment, Lane::published);
    for (const auto& [step, day, is_all] : forgotten) {
      condition += is_all ? fmt::format(" AND step >= {}", step)
                          : fmt::format(" AND NOT (step < {} AND day >= {})", step,
                                        (day - days_later).number);
    }
    return condition;
  }
  /// Of definitions, which belong to no day.
  std::string is_seen_but_for_days() const {
    std::string condition = within(view.moment, Lane::published);
    for (const auto& [step, day, is_all] : forgotten) {
      if (is_all) condition += fmt::format(" AND step >= {}", step);
    }
    return condition;
  }
};

Result<Found> found_in(const View& view) {
  auto forgotten = forgettings(view);
  if (!forgotten) return forgotten.error();
  return Found{view, *std::move(forgotten)};
}

Level level_at(const Row& row, std::size_t field) {
  const auto level = row.number<std::uint8_t>(field);
  CHECK(level < kLevelCount);
  return static_cast<Level>(level);
}

const std::vector<Field> kRecordFields{Field::i32, Field::u32, Field::i64, Field::u8,
                                       Field::u8,  Field::u8,  Field::u8};
constexpr const char* kRecordColumns =
    "day, account, milli_points, level, published, target, waited";

LevelRecord record_at(const Row& row) {
  return {row.number<AccountNumber>(1),
          Day{row.number<std::int32_t>(0)},
          Points{row.number<std::int64_t>(2)},
          level_at(row, 3),
          {level_at(row, 4), level_at(row, 5), row.number<std::uint8_t>(6)}};
}

const std::vector<Field> kChangeFields{Field::i32, Field::u32, Field::u8, Field::u8,
                                       Field::i64, Field::i64, Field::u8};
constexpr const char* kChangeColumns =
    "day, account, from_level, to_level, milli_points_before, milli_points_after, is_merge";

Change change_at(const Row& row) {
  return {Day{row.number<std::int32_t>(0)},
          row.number<AccountNumber>(1),
          level_at(row, 2),
          level_at(row, 3),
          Points{row.number<std::int64_t>(4)},
          Points{row.number<std::int64_t>(5)},
          row.number<std::uint8_t>(6) != 0};
}

std::uint8_t number_of(Level level) { return static_cast<std::uint8_t>(level); }
std::uint8_t number_of(bool truth) { return truth ? 1 : 0; }

Result<void> append_days(const Server& server, const std::vector<PublishedDay>& days,
                         std::uint64_t step) {
  RowWriter rows;
  for (const PublishedDay& day : days) {
    rows.number(day.day.number).text(day.definition).number(click::number_of(day.calibration));
    for (const std::int64_t accounts : day.accounts) rows.number(accounts);
    rows.number(step);
  }
  return server.insert("published_day", rows);
}

Result<void> append_records(const Server& server, const std::vector<LevelRecord>& records,
                            std::uint64_t step) {
  // So many rows a statement; all of them are of one step.
  constexpr std::size_t kTogether = 1'000'000;
  for (std::size_t begin = 0; begin < records.size(); begin += kTogether) {
    RowWriter rows;
    for (std::size_t at = begin; at < std::min(begin + kTogether, records.size()); ++at) {
      const LevelRecord& record = records[at];
      rows.number(record.day.number)
          .number(std::uint32_t{record.account})
          .number(record.points.milli)
          .number(number_of(record.level))
          .number(number_of(record.standing.level))
          .number(number_of(record.standing.target))
          .number(record.standing.waited)
          .number(step);
    }
    if (auto done = server.insert("level", rows); !done) return done;
  }
  return {};
}

Result<void> append_changes(const Server& server, const std::vector<Change>& changes,
                            std::uint64_t step) {
  RowWriter rows;
  for (const Change& change : changes) {
    rows.number(change.day.number)
        .number(std::uint32_t{change.account})
        .number(number_of(change.from))
        .number(number_of(change.to))
        .number(change.points_before.milli)
        .number(change.points_after.milli)
        .number(number_of(change.is_merge))
        .number(step);
  }
  return server.insert("change", rows);
}

Result<void> append_corrections(const Server& server, const std::vector<Correction>& corrections,
                                std::uint64_t step) {
  RowWriter rows;
  for (const Correction& correction : corrections) {
    rows.number(correction.day.number)
        .number(std::uint32_t{correction.account})
        .number(correction.published.milli)
        .number(correction.now.milli)
        .number(step);
  }
  return server.insert("correction", rows);
}

Result<void> replace_merges(const Server& server, const std::vector<PublishedMerge>& merges,
                            std::uint64_t step) {
  RowWriter rows;
  for (const PublishedMerge& merge : merges) {
    rows.number(std::uint32_t{merge.account})
        .number(std::uint32_t{merge.into})
        .number(click::number_of(merge.first_day))
        .number(click::number_of(merge.parted_day))
        .number(step);
  }
  if (auto done = server.insert("published_merge", rows); !done) return done;
  RowWriter all;
  all.number(static_cast<std::uint32_t>(merges.size())).number(step);
  return server.insert("published_merges", all);
}

Result<void> note_forgotten(const Server& server, const Forgetting& forgetting) {
  RowWriter row;
  row.number(forgetting.day.number).number(number_of(forgetting.is_all)).number(forgetting.step);
  return server.insert("forgotten_day", row);
}

Result<std::vector<Calibration>> calibrations_in(const Found& found) {
  return found.view.items<Calibration>(
      fmt::format("SELECT day, churn_episodes, snapshots_left, snapshots_stayed, engaged_accounts, "
                  "basis, high_guard, reference, low_cut, high_cut FROM calibration WHERE {} ORDER "
                  "BY day",
                  found.is_seen(1)),
      {Field::i32, Field::i64, Field::i64, Field::i64, Field::i64, Field::u8, Field::u8, Field::i64,
       Field::i64, Field::i64},
      [](const Row& row) {
        const auto points = [&](std::size_t field) {
          return Points{row.number<std::int64_t>(field)};
        };
        Calibration calibration;
        calibration.day = Day{row.number<std::int32_t>(0)};
        calibration.churn_episodes = row.number<std::int64_t>(1);
        calibration.snapshots_left = row.number<std::int64_t>(2);
        calibration.snapshots_stayed = row.number<std::int64_t>(3);
        calibration.engaged_accounts = row.number<std::int64_t>(4);
        calibration.basis = static_cast<CutBasis>(row.number<std::uint8_t>(5));
        calibration.high_guard = static_cast<HighGuard>(row.number<std::uint8_t>(6));
        calibration.cuts = Cuts{points(7), points(8), points(9)};
        return calibration;
      });
}

Result<void> append_calibrations(const Found& found, const std::vector<Calibration>& calibrations,
                                 std::uint64_t step) {
  if (calibrations.empty()) return {};
  const auto stored = calibrations_in(found);
  if (!stored) return stored.error();
  RowWriter rows;
  for (const Calibration& calibration : calibrations) {
    if (std::ranges::find(*stored, calibration.day, &Calibration::day) != stored->end()) continue;
    CHECK(calibration.cuts.has_value());
    rows.number(calibration.day.number)
        .number(calibration.churn_episodes)
        .number(calibration.snapshots_left)
        .number(calibration.snapshots_stayed)
        .number(calibration.engaged_accounts)
        .number(static_cast<std::uint8_t>(calibration.basis))
        .number(static_cast<std::uint8_t>(calibration.high_guard))
        .number(calibration.cuts->reference.milli)
        .number(calibration.cuts->low.milli)
        .number(calibration.cuts->high.milli)
        .number(step);
  }
  return found.view.server.insert("calibration", rows);
}

Result<std::optional<DefinitionVersion>> definition_in(const Found& found,
                                                       const std::string& hash) {
  std::optional<DefinitionVersion> version;
  auto read = found.view.server.query(
      fmt::format("SELECT canonical FROM definition WHERE {} AND hash = {} LIMIT 1",
                  found.is_seen_but_for_days(), sql_text(hash)),
      {Field::text},
      [&](const Row& row) { version = DefinitionVersion{hash, std::string(row.text(0))}; });
  if (!read) return read.error();
  return version;
}

Result<void> append_definition(const Found& found, const DefinitionVersion& version,
                               std::uint64_t step) {
  const auto stored = definition_in(found, version.hash);
  if (!stored) return stored.error();
  if (*stored) return {};
  RowWriter row;
  row.text(version.hash).text(version.canonical).number(step);
  return found.view.server.insert("definition", row);
}

/// Days must follow on what is there: this is what makes a second publication of a day impossible.
Result<void> check_days_follow(const Found& found, const std::vector<PublishedDay>& days) {
  CHECK(!days.empty());
  std::optional<Day> last;
  auto read = found.view.server.query(
      fmt::format("SELECT max(day) FROM published_day WHERE {} HAVING count() > 0",
                  found.is_seen()),
      {Field::i32}, [&](const Row& row) { last = Day{row.number<std::int32_t>(0)}; });
  if (!read) return read;
  if (!last || *last + 1 == days.front().day) return {};
  return Error{ErrorKind::conflict,
               fmt::format("{} cannot be published: the last published day is {}",
                           day_text(days.front().day), day_text(*last))};
}

Result<void> forget_from(Found& found, Day day, bool has_merges, std::uint64_t step) {
  const Forgetting forgetting{step, day, false};
  if (auto done = note_forgotten(found.view.server, forgetting); !done) return done;
  found.forgotten.push_back(forgetting);
  if (has_merges) return {};  // they take the place of all
  auto merges = published_merges(found.view);
  if (!merges) return merges.error();
  std::erase_if(*merges, [&](const PublishedMerge& merge) {
    return merge.first_day && *merge.first_day >= day;
  });
  for (PublishedMerge& merge : *merges) {
    if (merge.parted_day && *merge.parted_day >= day) merge.parted_day.reset();
  }
  return replace_merges(found.view.server, *merges, step);
}

}  // namespace

Result<void> publish(const View& before, const PublishStep& step, std::uint64_t number) {
  const Server& server = before.server;
  auto found = found_in(before);
  if (!found) return found.error();
  if (step.anew_from) {
    auto done = forget_from(*found, *step.anew_from, step.merges.has_value(), number);
    if (!done) return done;
  }
  if (auto done = mark_days(before, step.marks, number); !done) return done;
  const auto replace = [&] {
    return step.merges ? replace_merges(server, *step.merges, number) : Result<void>();
  };
  if (step.days.empty()) return replace();
  if (auto done = check_days_follow(*found, step.days); !done) return done;
  if (auto done = append_definition(*found, step.definition, number); !done) return done;
  if (auto done = append_calibrations(*found, step.calibrations, number); !done) return done;
  if (auto done = append_days(server, step.days, number); !done) return done;
  if (auto done = publish_part(server, step, number); !done) return done;
  return replace();
}

Result<void> publish_part(const Server& server, const PublishStep& part, std::uint64_t number) {
  if (auto done = append_records(server, part.records, number); !done) return done;
  if (auto done = append_changes(server, part.changes, number); !done) return done;
  return append_corrections(server, part.corrections, number);
}

Result<void> forget_published(const View& before, std::uint64_t number) {
  if (auto done = replace_merges(before.server, {}, number); !done) return done;
  return note_forgotten(before.server, {number, Day{kNoDay}, true});
}

Result<void> mark_days(const View& before, const std::vector<IncompleteDay>& marks,
                       std::uint64_t number) {
  RowWriter rows;
  for (const IncompleteDay& mark : marks) {
    rows.number(mark.day.number)
        .text(mark.why)
        .number(number_of(mark.is_by_hand))
        .number(number_of(mark.is_lifted))
        .number(number);
  }
  return before.server.insert("incomplete_day", rows);
}

Result<std::vector<IncompleteDay>> incomplete_days(const View& view) {
  std::map<Day, IncompleteDay> marks;  // the last of a day holds
  auto read = view.server.query(
      fmt::format("SELECT day, why, is_by_hand, is_lifted FROM incomplete_day WHERE {} ORDER BY "
                  "step",
                  within(view.moment, Lane::published)),
      {Field::i32, Field::text, Field::u8, Field::u8}, [&](const Row& row) {
        const Day day{row.number<std::int32_t>(0)};
        marks[day] = {day, std::string(row.text(1)), row.number<std::uint8_t>(2) != 0,
                      row.number<std::uint8_t>(3) != 0};
      });
  if (!read) return read.error();
  std::vector<IncompleteDay> all;
  for (auto& [day, mark] : marks) all.push_back(std::move(mark));
  return all;
}

Result<std::vector<std::pair<std::string, std::string>>> seen_by_table(const View& view) {
  const auto found = found_in(view);
  if (!found) return found.error();
  return std::vector<std::pair<std::string, std::string>>{
      {"level", found->is_seen()}, {"change", found->is_seen()}, {"correction", found->is_seen(1)}};
}

Result<std::vector<PublishedDay>> published_days(const View& view) {
  const auto found = found_in(view);
  if (!found) return found.error();
  return view.items<PublishedDay>(
      fmt::format("SELECT day, definition, calibration, inactive, none, engaged, low, medium, high "
                  "FROM published_day WHERE {} ORDER BY day",
                  found->is_seen()),
      {Field::i32, Field::text, Field::i32, Field::i64, Field::i64, Field::i64, Field::i64,
       Field::i64, Field::i64},
      [](const Row& row) {
        PublishedDay day{Day{row.number<std::int32_t>(0)},
                         std::string(row.text(1)),
                         maybe_day(row.number<std::int32_t>(2)),
                         {}};
        for (std::size_t level = 0; level < kLevelCount; ++level) {
          day.accounts[level] = row.number<std::int64_t>(3 + level);
        }
        return day;
      });
}

Result<std::vector<Calibration>> calibrations(const View& view) {
  const auto found = found_in(view);
  if (!found) return found.error();
  return calibrations_in(*found);
}

Result<void> keep_evidence(const View& before, Day calibration, const std::string& evidence,
                           std::uint64_t number) {
  RowWriter row;
  row.number(calibration.number).text(evidence).number(number);
  return before.server.insert("calibration_evidence", row);
}

Result<std::optional<std::string>> evidence_of(const View& view, Day calibration) {
  const auto found = found_in(view);
  if (!found) return found.error();
  std::optional<std::string> evidence;
  auto read = view.server.query(
      fmt::format("SELECT evidence FROM calibration_evidence WHERE {} AND day = {} ORDER BY step "
                  "DESC LIMIT 1",
                  found->is_seen(1), calibration.number),
      {Field::text}, [&](const Row& row) { evidence = row.text(0); });
  if (!read) return read.error();
  return evidence;
}

Result<std::optional<DefinitionVersion>> definition(const View& view, const std::string& hash) {
  const auto found = found_in(view);
  if (!found) return found.error();
  return definition_in(*found, hash);
}

namespace {

template <class Item, class ReadRow>
Result<std::vector<Item>> rows_where(const View& view, const char* table, const char* columns,
                                     const std::vector<Field>& fields, const std::string& condition,
                                     const ReadRow& read_row, int days_later = 0) {
  const auto found = found_in(view);
  if (!found) return found.error();
  return view.items<Item>(fmt::format("SELECT {} FROM {} WHERE {} AND {}", columns, table,
                                      found->is_seen(days_later), condition),
                          fields, read_row);
}

std::string of_account(AccountNumber account) {
  return fmt::format("account = {} ORDER BY day LIMIT 1 BY day", account);
}

std::string on_days(DayRange days) {
  // A part that was stored by a worker and by the one in its place is there twice.
  return fmt::format("day >= {} AND day <= {} ORDER BY day, account LIMIT 1 BY day, account",
                     days.first.number, days.last.number);
}

}  // namespace

Result<std::vector<LevelRecord>> records_as_of(const View& view, Day day, AccountRange accounts) {
  // Sorting them would take room for all of them.
  return rows_where<LevelRecord>(
      view, "level",
      "max(day), account, argMax(milli_points, day), argMax(level, day), argMax(published, day), "
      "argMax(target, day), argMax(waited, day)",
      kRecordFields,
      fmt::format("day <= {} AND account >= {} AND account < {} GROUP BY account ORDER BY account",
                  day.number, accounts.first, accounts.end),
      record_at);
}

Result<std::vector<LevelRecord>> records_within(const View& view, DayRange days) {
  return rows_where<LevelRecord>(view, "level", kRecordColumns, kRecordFields, on_days(days),
                                 record_at);
}

Result<std::vector<LevelRecord>> records_of(const View& view, AccountNumber account) {
  return rows_where<LevelRecord>(view, "level", kRecordColumns, kRecordFields, of_account(account),
                                 record_at);
}

Result<std::vector<Change>> changes_within(const View& view, DayRange days) {
  return rows_where<Change>(view, "change", kChangeColumns, kChangeFields, on_days(days),
                            change_at);
}

Result<std::vector<Change>> changes_of(const View& view, AccountNumber account) {
  return rows_where<Change>(view, "change", kChangeColumns, kChangeFields, of_account(account),
                            change_at);
}

namespace {

Result<std::vector<Correction>> corrections_where(const View& view, const std::string& condition) {
  return rows_where<Correction>(
      view, "correction", "day, account, milli_points_published, milli_points_now",
      {Field::i32, Field::u32, Field::i64, Field::i64}, condition,
      [](const Row& row) {
        return Correction{Day{row.number<std::int32_t>(0)}, row.number<AccountNumber>(1),
                          Points{row.number<std::int64_t>(2)}, Points{row.number<std::int64_t>(3)}};
      },
      1);
}

}  // namespace

Result<std::vector<Correction>> corrections_within(const View& view, DayRange days) {
  return corrections_where(view, on_days(days));
}

Result<std::vector<Correction>> corrections_of(const View& view, AccountNumber account) {
  return corrections_where(view, of_account(account));
}

Result<std::vector<PublishedMerge>> published_merges(const View& view) {
  const std::string seen = within(view.moment, Lane::published);
  const auto last =
      view.number(fmt::format("SELECT max(step) FROM published_merges WHERE {}", seen));
  if (!last) return last.error();
  return view.items<PublishedMerge>(
      fmt::format("SELECT account, into_account, first_day, parted_day FROM published_merge WHERE "
                  "step = {} ORDER BY account, first_day",
                  *last),
      {Field::u32, Field::u32, Field::i32, Field::i32}, [](const Row& row) {
        return PublishedMerge{row.number<AccountNumber>(0), row.number<AccountNumber>(1),
                              maybe_day(row.number<std::int32_t>(2)),
                              maybe_day(row.number<std::int32_t>(3))};
      });
}

}  // namespace tidemark::click
