#include "cli/run_import.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/interruption.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

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

}  // namespace

Result<ImportReport> import_here(Workspace& workspace, const Invocation& invocation,
                                 const std::filesystem::path& file, const std::string& name,
                                 const ImportOptions& options) {
  const Interruption interruption;
  ProgressBar progress(invocation.clock);
  Importer importer(
      *workspace.store, invocation.clock, interruption.is_asked(), [&](const ImportProgress& done) {
        const double rate = static_cast<double>(done.records) / std::max(0.001, progress.seconds());
        progress.show(done.file_bytes == 0 ? 0
                                           : static_cast<double>(done.file_bytes_done) /
                                                 static_cast<double>(done.file_bytes),
                      fmt::format("{} records, {} a second",
                                  with_separators(static_cast<std::int64_t>(done.records)),
                                  with_separators(static_cast<std::int64_t>(rate))));
      });
  auto outcome = importer.import_file(file, name, options);
  if (!outcome) return outcome.error();
  return report_import(*workspace.store, workspace.folder, *std::move(outcome));
}

void say_imported(const std::string& name, const ImportOptions& options, const ImportReport& report,
                  const std::filesystem::path& folder, double seconds, bool as_json) {
  if (as_json) {
    print("{}\n", import_json(report).dump(1));
  } else {
    print_summary(name, options, report.outcome, report.rejects,
                  rejects_file(folder, report.outcome.import), seconds);
  }
}

Result<void> import_and_report(Workspace& workspace, const Invocation& invocation,
                               const std::filesystem::path& file, const std::string& name,
                               const ImportOptions& options, bool as_json) {
  const Instant started = invocation.clock.now();
  const auto report = import_here(workspace, invocation, file, name, options);
  if (!report) return report.error();
  say_imported(name, options, *report, workspace.folder,
               std::chrono::duration<double>(invocation.clock.now() - started).count(), as_json);
  return {};
}

}  // namespace tidemark
