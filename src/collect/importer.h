#pragma once

#include <atomic>
#include <filesystem>
#include <functional>

#include "base/clock.h"
#include "collect/record_reader.h"
#include "store/store.h"

namespace tidemark {

struct ImportOptions {
  std::vector<MappedColumn> columns;  // chosen by the user; the others are recognised
  RecordKind kind = RecordKind::events;
  std::string dialect = {};  // whose archive it is; empty = records with columns
  Dedupe dedupe = Dedupe::message_ids;
  bool is_again = false;            // take back an earlier import of the same content first
  bool shows_columns_only = false;  // of a preview: also where a needed field is in none of them

  /// Chosen columns and dedupe, in words: an import is gone on with only under the same.
  std::string settings() const;
};

/// What a file would become, before anything is written.
struct ImportPreview {
  std::string format;
  std::vector<std::string> columns;
  FieldMapping mapping;
  std::vector<std::vector<std::string>>
      rows;  // the first records, of an archive its first events: a text for each field
  std::vector<Reject> rejects;  // among the first records
};

struct ImportProgress {
  std::uint64_t file_bytes = 0;
  std::uint64_t file_bytes_done = 0;
  std::uint64_t records = 0;
};

/// How an import ended.
struct ImportOutcome {
  Import import;
  bool was_there_already = false;    // the same content was imported before: nothing was done
  std::uint64_t records_before = 0;  // read by an earlier, interrupted try
};

/// Imports files of events, or of statements about accounts or users, into a store, part by part:
/// each part is durable, with how far it reached, before the next. After a crash or an interruption
/// the next try of the same content goes on behind the last part.
class Importer {
 public:
  /// `is_interrupted` ends an import after the part at hand; `on_progress` is called after each
  /// part.
  Importer(Store& store, const Clock& clock, const std::atomic<bool>& is_interrupted,
           std::function<void(const ImportProgress&)> on_progress)
      : store_(store),
        clock_(clock),
        is_interrupted_(is_interrupted),
        on_progress_(std::move(on_progress)) {}

  /// Fails with `interrupted` when told to stop; what was reported as done is kept. Fails with
  /// `conflict` when the same content was imported with other settings.
  Result<ImportOutcome> import_file(const std::filesystem::path& file, const std::string& name,
                                    const ImportOptions& options);

  /// Reads the first records only.
  Result<ImportPreview> preview(const std::filesystem::path& file, const ImportOptions& options);

 private:
  Result<std::unique_ptr<RecordReader>> open(const std::filesystem::path& file,
                                             const ImportOptions& options);
  Result<Import> run(RecordReader& records, Import import, const ImportOptions& options,
                     std::uint64_t file_bytes);

  Store& store_;
  const Clock& clock_;
  const std::atomic<bool>& is_interrupted_;
  std::function<void(const ImportProgress&)> on_progress_;
};

}  // namespace tidemark
