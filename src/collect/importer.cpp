#include "collect/importer.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "collect/byte_source.h"
#include "collect/event_decoder.h"
#include "collect/hand_over.h"
#include "collect/message_decoder.h"
#include "collect/statement_decoder.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

// A part ends at whichever comes first. Large parts are cheap to commit, small ones cheap to repeat
// after a crash.
constexpr std::size_t kPartRecords = 200'000;
constexpr std::size_t kPartBytes = std::size_t{64} << 20;

/// What the reading thread made of some records.
struct ImportPart {
  Intake intake;
  std::uint64_t statement_records = 0;
  std::vector<Reject> rejects;
  std::vector<std::string> new_accounts;
  std::vector<std::string> new_event_names;
  std::uint64_t records = 0;
  std::uint64_t file_position = 0;
  bool is_last = false;
};

/// Reads and decodes records, part by part.
class PartReader {
 public:
  PartReader(RecordReader& records, const ImportOptions& options,
             const std::vector<std::string>& accounts, const std::vector<std::string>& event_names,
             const Identity& identity, Instant now)
      : records_(records),
        kind_(options.kind),
        accounts_(accounts),
        event_names_(event_names),
        event_decoder_(accounts_, event_names_, identity, now),
        statement_decoder_(kind_, accounts_, identity.counts_by_domain()) {
    if (!options.dialect.empty()) {
      message_decoder_.emplace(options.dialect, accounts_, event_names_,
                               identity.counts_by_domain(), now);
    }
  }

  /// Passes over records that an earlier try has read.
  Result<void> skip(std::uint64_t count) {
    for (; count > 0; --count) {
      const auto reading = records_.next();
      if (!reading) return reading.error();
      if (std::holds_alternative<EndOfFile>(*reading)) return {};
    }
    return {};
  }

  Result<ImportPart> next() {
    ImportPart part;
    std::size_t reject_bytes = 0;
    while (part.records < kPartRecords && part.intake.bytes() + reject_bytes < kPartBytes) {
      auto reading = records_.next();
      if (!reading) return reading.error();
      if (std::holds_alternative<EndOfFile>(*reading)) {
        part.is_last = true;
        break;
      }
      ++part.records;
      const std::size_t rejects = part.rejects.size();
      if (auto* unreadable = std::get_if<Reject>(&*reading)) {
        part.rejects.push_back(std::move(*unreadable));
      } else {
        decode(std::get<Record>(*reading), part);
      }
      for (std::size_t at = rejects; at < part.rejects.size(); ++at) {
        reject_bytes +=
            sizeof(Reject) + part.rejects[at].record.size() + part.rejects[at].value.size();
      }
    }
    take_new_names(part);
    part.file_position = records_.file_position();
    return part;
  }

  /// Adds to the part what a record says, or why it cannot be taken.
  void decode(const Record& record, ImportPart& part) {
    if (message_decoder_) {
      if (message_decoder_->decode(record, part.intake, part.rejects)) ++part.statement_records;
      return;
    }
    auto& statements = kind_ == RecordKind::users ? part.intake.of_users : part.intake.of_accounts;
    auto reject = kind_ == RecordKind::events ? event_decoder_.decode(record, part.intake.events)
                                              : statement_decoder_.decode(record, statements);
    if (reject) {
      part.rejects.push_back(*std::move(reject));
    } else if (kind_ != RecordKind::events) {
      ++part.statement_records;
    }
  }

  void take_new_names(ImportPart& part) {
    part.new_accounts = accounts_.take_new();
    part.new_event_names = event_names_.take_new();
  }

 private:
  RecordReader& records_;
  RecordKind kind_;
  NumberedNames accounts_;
  NumberedNames event_names_;
  EventDecoder event_decoder_;
  StatementDecoder statement_decoder_;
  std::optional<MessageDecoder> message_decoder_;
};

/// What an event of an archive would become: a text for each field.
std::vector<std::string> row_of(const EventBatch& events, std::size_t row,
                                const std::vector<std::string>& accounts,
                                const std::vector<std::string>& event_names) {
  std::vector<std::string> texts(kFieldCount);
  const auto text = [&](Field field) -> std::string& {
    return texts[static_cast<std::size_t>(field)];
  };
  if (events.account[row] != kNoAccount) text(Field::account) = accounts[events.account[row]];
  text(Field::event) = event_names[events.name[row]];
  text(Field::time) = timestamp_text(events.at[row]);
  text(Field::user) = events.user[row].empty() ? events.anonymous[row] : events.user[row];
  text(Field::properties) = events.properties[row];
  return texts;
}

}  // namespace

std::string ImportOptions::settings() const {
  std::vector<std::string> words;
  for (const MappedColumn& column : columns) {
    words.push_back(fmt::format("{}={}", field_name(column.field), column.column));
  }
  std::ranges::sort(words);
  if (!dialect.empty()) words.push_back(fmt::format("from {}", dialect));
  if (kind == RecordKind::accounts) words.emplace_back("accounts");
  if (kind == RecordKind::users) words.emplace_back("users");
  if (dedupe == Dedupe::rows) words.emplace_back("rows alike count once");
  return words.empty() ? "usual names" : fmt::format("{}", fmt::join(words, ", "));
}

Result<ImportOutcome> Importer::import_file(const std::filesystem::path& file,
                                            const std::string& name, const ImportOptions& options) {
  // The whole file is read once before anything is written: a broken one leaves no trace, a known
  // one is recognised.
  auto bytes = open_bytes(file);
  if (!bytes) return bytes.error();
  const auto content = content_hash(**bytes);
  if (!content) return content.error();
  auto records = open(file, options);
  if (!records) return records.error();

  auto known = store_.import_of_content(*content);
  if (!known) return known.error();
  if (*known && options.is_again) {
    if (auto gone = store_.forget_import((*known)->number); !gone) return gone.error();
    known->reset();
  }
  if (*known && (*known)->settings != options.settings()) {
    return Error{ErrorKind::conflict,
                 fmt::format("{} was imported before with other columns ({}); --again takes that "
                             "back and imports it with these ({})",
                             name, (*known)->settings, options.settings())};
  }
  if (*known && (*known)->is_complete) return ImportOutcome{**known, true, 0};

  Import import;
  if (*known) {
    import = **known;
  } else {
    const auto number = store_.next_import_number();
    if (!number) return number.error();
    import.number = *number;
    import.name = printable(name);
    import.content = *content;
    import.settings = options.settings();
    import.started = clock_.now();
  }
  const std::uint64_t records_before = import.records;
  std::error_code ignored;
  auto done = run(**records, std::move(import), options, std::filesystem::file_size(file, ignored));
  if (!done) return done.error();
  return ImportOutcome{*std::move(done), false, records_before};
}

Result<std::unique_ptr<RecordReader>> Importer::open(const std::filesystem::path& file,
                                                     const ImportOptions& options) {
  if (!options.dialect.empty()) return open_messages(file);
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  return open_records(file, {options.columns, options.kind, (*identity)->knows_users(),
                             options.shows_columns_only});
}

Result<Import> Importer::run(RecordReader& records, Import import, const ImportOptions& options,
                             std::uint64_t file_bytes) {
  const auto accounts = store_.account_ids();
  if (!accounts) return accounts.error();
  const auto event_names = store_.event_names();
  if (!event_names) return event_names.error();
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  PartReader reader(records, options, *accounts, *event_names, **identity, clock_.now());
  if (auto skipped = reader.skip(import.records); !skipped) return skipped.error();

  // One thread reads and decodes while this one stores.
  HandOver<Result<ImportPart>> parts;
  std::jthread reading([&] {
    for (bool goes_on = true; goes_on;) {
      auto part = reader.next();
      goes_on = part && !part->is_last;
      if (!parts.give(std::move(part))) return;
    }
    parts.finish();
  });
  struct CloseOnReturn {
    HandOver<Result<ImportPart>>& parts;
    ~CloseOnReturn() { parts.close(); }
  } const close_on_return{parts};

  while (auto part = parts.take()) {
    if (!*part) return part->error();
    ImportPart& taken = **part;
    import.records += taken.records;
    import.rejected += taken.rejects.size();
    import.is_complete = taken.is_last;
    import.taken += taken.statement_records;
    auto stored = store_.append({import, std::move(taken.intake), options.dedupe,
                                 std::move(taken.new_accounts), std::move(taken.new_event_names),
                                 std::move(taken.rejects)});
    if (!stored) return stored.error();
    import = *std::move(stored);
    on_progress_({file_bytes, taken.file_position, import.records});
    if (is_interrupted_ && !import.is_complete) {
      return Error{
          ErrorKind::interrupted,
          fmt::format("stopped after {} records of {}; they are kept. Run the same command "
                      "again to go on",
                      import.records, import.name)};
    }
  }
  return import;
}

Result<ImportPreview> Importer::preview(const std::filesystem::path& file,
                                        const ImportOptions& options) {
  constexpr std::size_t kShown = 5;
  // An archive may begin with messages that are no events.
  const std::size_t most_records = options.dialect.empty() ? kShown : 10'000;
  auto records = open(file, options);
  if (!records) return records.error();
  ImportPreview preview{
      std::string((*records)->format()), (*records)->columns(), (*records)->mapping(), {}, {}};
  if (options.shows_columns_only) return preview;
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  PartReader reader(**records, options, {}, {}, **identity, clock_.now());
  ImportPart part;
  for (std::size_t at = 0; at < most_records && part.intake.events.size() < kShown; ++at) {
    auto reading = (*records)->next();
    if (!reading) return reading.error();
    if (std::holds_alternative<EndOfFile>(*reading)) break;
    if (auto* unreadable = std::get_if<Reject>(&*reading)) {
      part.rejects.push_back(std::move(*unreadable));
      continue;
    }
    const auto& record = std::get<Record>(*reading);
    const std::size_t rejects = part.rejects.size();
    reader.decode(record, part);
    if (options.dialect.empty() && part.rejects.size() == rejects) {
      preview.rows.emplace_back(record.fields.begin(), record.fields.end());
    }
  }
  reader.take_new_names(part);
  for (std::size_t row = 0; row < part.intake.events.size() && !options.dialect.empty(); ++row) {
    preview.rows.push_back(
        row_of(part.intake.events, row, part.new_accounts, part.new_event_names));
  }
  preview.rejects = std::move(part.rejects);
  return preview;
}

}  // namespace tidemark
