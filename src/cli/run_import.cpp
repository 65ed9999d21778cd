#include "cli/run_import.h"

#include <fstream>
#include <map>

#include <fmt/format.h>

#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "wire/csv.h"
#include "wire/json.h"
#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

using CountByReason = std::map<RejectReason, std::uint64_t>;

/// Writes the rejects of an import to its file, from the store, which is the truth.
Result<CountByReason> write_rejects(Store& store, const Import& import,
                                    const std::filesystem::path& file) {
  std::error_code ignored;
  std::filesystem::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file, std::ios::binary);
  stream << "line,field,value,reason,record\n";
  CountByReason counts;
  const auto read = store.read_rejects(import.number, [&](const Reject& reject) {
    ++counts[reject.reason];
    std::string line = fmt::format("{},{},", reject.line, reject.column);
    append_csv_field(line, reject.value);
    line += fmt::format(",{},", reject_reason_name(reject.reason));
    append_csv_field(line, reject.record);
    stream << line << '\n';
  });
  if (!read) return read.error();
  stream.close();
  if (!stream) {
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be written", file.string())};
  }
  return counts;
}

/// What the records of an import are, for people: one, and several.
std::pair<std::string_view, std::string_view> record_words(const ImportOptions& options) {
  if (!options.dialect.empty()) return {"message", "messages"};
  if (options.kind == RecordKind::events) return {"event", "events"};
  return {"record of accounts or users", "records of accounts or users"};
}

void print_summary(const std::string& name, const ImportOptions& options,
                   const ImportOutcome& outcome, const CountByReason& rejects,
                   const std::filesystem::path& rejects_file, double seconds) {
  const Import& import = outcome.import;
  if (outcome.was_there_already) {
    print("{}: nothing to do, the same content was imported before (on {}, as {}, {} events).\n",
          name, timestamp_text(std::chrono::floor<std::chrono::seconds>(import.started)),
          import.name, with_separators(static_cast<std::int64_t>(import.taken)));
    // A file that gave nothing was perhaps read by the wrong columns.
    if (import.taken + import.duplicates == 0) {
      print("To read it by other columns: --again --map FIELD=COLUMN\n");
    }
    return;
  }
  if (outcome.records_before > 0) {
    print("Went on after the {} records of an earlier try.\n",
          with_separators(static_cast<std::int64_t>(outcome.records_before)));
  }
  const auto read = static_cast<double>(import.records - outcome.records_before);
  const auto [one, several] = record_words(options);
  print("{}: {} taken", name, counted(static_cast<std::int64_t>(import.taken), one, several));
  if (import.duplicates > 0) {
    print(", {} known already", with_separators(static_cast<std::int64_t>(import.duplicates)));
  }
  if (import.rejected > 0) {
    print(", {} rejected", with_separators(static_cast<std::int64_t>(import.rejected)));
  }
  print(" in {:.1f} s", seconds);
  if (seconds > 0.5) {
    print(" ({} a second)", with_separators(static_cast<std::int64_t>(read / seconds)));
  }
  print("\n");
  for (const auto& [reason, count] : rejects) {
    print("  {:>9}  {}: {}\n", with_separators(static_cast<std::int64_t>(count)),
          reject_reason_name(reason), reject_reason_advice(reason));
  }
  if (!rejects.empty()) print("  each with its line in {}\n", rejects_file.string());
}

void print_json(const ImportOutcome& outcome, const CountByReason& rejects) {
  const Import& import = outcome.import;
  Json json = {{"import", import.number},
               {"name", import.name},
               {"records", import.records},
               {"taken", import.taken},
               {"duplicates", import.duplicates},
               {"rejected", import.rejected},
               {"was_there_already", outcome.was_there_already}};
  json["rejects"] = Json::object();
  for (const auto& [reason, count] : rejects) {
    json["rejects"][std::string(reject_reason_name(reason))] = count;
  }
  print("{}\n", json.dump(1));
}

}  // namespace

Result<void> import_and_report(Workspace& workspace, const Invocation& invocation,
                               const std::filesystem::path& file, const std::string& name,
                               const ImportOptions& options, bool as_json) {
  const Interruption interruption;
  double seconds = 0;
  Result<ImportOutcome> outcome = [&] {
    ProgressBar progress(invocation.clock);
    Importer importer(*workspace.store, invocation.clock, interruption.is_asked(),
                      [&](const ImportProgress& done) {
                        const double rate =
                            static_cast<double>(done.records) / std::max(0.001, progress.seconds());
                        progress.show(
                            done.file_bytes == 0 ? 0
                                                 : static_cast<double>(done.file_bytes_done) /
                                                       static_cast<double>(done.file_bytes),
                            fmt::format("{} records, {} a second",
                                        with_separators(static_cast<std::int64_t>(done.records)),
                                        with_separators(static_cast<std::int64_t>(rate))));
                      });
    auto result = importer.import_file(file, name, options);
    seconds = progress.seconds();
    return result;
  }();
  if (!outcome) return outcome.error();
  CountByReason rejects;
  const auto rejects_file =
      workspace.folder / "rejects" / fmt::format("import-{}.csv", outcome->import.number);
  if (outcome->import.rejected > 0) {
    auto written = write_rejects(*workspace.store, outcome->import, rejects_file);
    if (!written) return written.error();
    rejects = *std::move(written);
  }
  if (as_json) {
    print_json(*outcome, rejects);
  } else {
    print_summary(name, options, *outcome, rejects, rejects_file, seconds);
  }
  return {};
}

}  // namespace tidemark
