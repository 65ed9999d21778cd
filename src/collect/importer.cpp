#include "collect/importer.h"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "collect/byte_source.h"
#include "collect/event_decoder.h"
#include "collect/hand_over.h"
#include "collect/statement_decoder.h"

namespace tidemark {
namespace {

// A part ends at whichever comes first. Large parts are cheap to commit, small ones cheap to repeat
// after a crash.
constexpr std::size_t kPartRecords = 200'000;
constexpr std::size_t kPartBytes = std::size_t{64} << 20;

/// What the reading thread made of some records.
struct Part {
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
  PartReader(RecordReader& records, RecordKind kind, const std::vector<std::string>& accounts,
             const std::vector<std::string>& event_names, const Identity& identity, Instant now)
      : records_(records),
        kind_(kind),
        accounts_(accounts),
        event_names_(event_names),
        event_decoder_(accounts_, event_names_, identity, now),
        statement_decoder_(kind, accounts_) {}

  /// Passes over records that an earlier try has read.
  Result<void> skip(std::uint64_t count) {
    for (; count > 0; --count) {
      const auto reading = records_.next();
      if (!reading) return reading.error();
      if (std::holds_alternative<EndOfFile>(*reading)) return {};
    }
    return {};
  }

  Result<Part> next() {
    Part part;
    StatementBatch& statements =
        kind_ == RecordKind::users ? part.intake.of_users : part.intake.of_accounts;
    std::size_t reject_bytes = 0;
    while (part.records < kPartRecords && part.intake.bytes() + reject_bytes < kPartBytes) {
      auto reading = records_.next();
      if (!reading) return reading.error();
      if (std::holds_alternative<EndOfFile>(*reading)) {
        part.is_last = true;
        break;
      }
      ++part.records;
      std::optional<Reject> reject;
      if (auto* unreadable = std::get_if<Reject>(&*reading)) {
        reject = std::move(*unreadable);
      } else if (kind_ == RecordKind::events) {
        reject = event_decoder_.decode(std::get<Record>(*reading), part.intake.events);
      } else {
        reject = statement_decoder_.decode(std::get<Record>(*reading), statements);
        if (!reject) ++part.statement_records;
      }
      if (reject) {
        reject_bytes += sizeof(Reject) + reject->record.size() + reject->value.size();
        part.rejects.push_back(std::move(*reject));
      }
    }
    part.new_accounts = accounts_.take_new();
    part.new_event_names = event_names_.take_new();
    part.file_position = records_.file_position();
    return part;
  }

 private:
  RecordReader& records_;
  RecordKind kind_;
  NumberedNames accounts_;
  NumberedNames event_names_;
  EventDecoder event_decoder_;
  StatementDecoder statement_decoder_;
};

}  // namespace

std::string ImportOptions::settings() const {
  std::vector<std::string> words;
  for (const MappedColumn& column : columns) {
    words.push_back(fmt::format("{}={}", field_name(column.field), column.column));
  }
  std::ranges::sort(words);
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
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  return open_records(file, {options.columns, options.kind, identity->knows_users()});
}

Result<Import> Importer::run(RecordReader& records, Import import, const ImportOptions& options,
                             std::uint64_t file_bytes) {
  const auto accounts = store_.account_ids();
  if (!accounts) return accounts.error();
  const auto event_names = store_.event_names();
  if (!event_names) return event_names.error();
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  PartReader reader(records, options.kind, *accounts, *event_names, *identity, clock_.now());
  if (auto skipped = reader.skip(import.records); !skipped) return skipped.error();

  // One thread reads and decodes while this one stores.
  HandOver<Result<Part>> parts;
  std::jthread reading([&] {
    for (bool goes_on = true; goes_on;) {
      auto part = reader.next();
      goes_on = part && !part->is_last;
      if (!parts.give(std::move(part))) return;
    }
    parts.finish();
  });
  struct CloseOnReturn {
    HandOver<Result<Part>>& parts;
    ~CloseOnReturn() { parts.close(); }
  } const close_on_return{parts};

  while (auto part = parts.take()) {
    if (!*part) return part->error();
    Part& taken = **part;
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
  constexpr std::size_t kRecords = 5;
  auto records = open(file, options);
  if (!records) return records.error();
  ImportPreview preview{
      std::string((*records)->format()), (*records)->columns(), (*records)->mapping(), {}, {}};
  NumberedNames accounts({});
  NumberedNames event_names({});
  const auto identity = store_.identity();
  if (!identity) return identity.error();
  EventDecoder event_decoder(accounts, event_names, *identity, clock_.now());
  StatementDecoder statement_decoder(options.kind, accounts);
  EventBatch events;
  StatementBatch statements;
  for (std::size_t at = 0; at < kRecords; ++at) {
    auto reading = (*records)->next();
    if (!reading) return reading.error();
    if (std::holds_alternative<EndOfFile>(*reading)) break;
    if (const auto* unreadable = std::get_if<Reject>(&*reading)) {
      preview.rejects.push_back(*unreadable);
      continue;
    }
    const auto& record = std::get<Record>(*reading);
    auto reject = options.kind == RecordKind::events ? event_decoder.decode(record, events)
                                                     : statement_decoder.decode(record, statements);
    if (reject) {
      preview.rejects.push_back(*std::move(reject));
    } else {
      preview.rows.emplace_back(record.fields.begin(), record.fields.end());
    }
  }
  return preview;
}

}  // namespace tidemark
