#pragma once

#include <filesystem>
#include <optional>

#include "collect/importer.h"
#include "collect/rejects_file.h"
#include "wire/json.h"

namespace tidemark {

/// How an import went, with what was rejected.
struct ImportReport {
  ImportOutcome outcome;
  CountByReason rejects;
};

/// Where the rejects of an import stand in a workspace.
std::filesystem::path rejects_file(const std::filesystem::path& folder, const Import& import);

/// Writes the rejects to their file and counts them.
Result<ImportReport> report_import(Store& store, const std::filesystem::path& folder,
                                   ImportOutcome outcome);

/// As answers and `--json` say it, and back; none where it is no such answer.
Json import_json(const ImportReport& report);
std::optional<ImportReport> parse_import(const Json& json);

/// What a file would become.
Json preview_json(const ImportPreview& preview);

}  // namespace tidemark
