#pragma once

#include "api/import_report.h"
#include "cli/command.h"
#include "cli/workspace.h"
#include "collect/importer.h"

namespace tidemark {

/// Imports one file with a progress bar, writes its rejects file, and says how it went. `name` is
/// what people call it.
Result<void> import_and_report(Workspace& workspace, const Invocation& invocation,
                               const std::filesystem::path& file, const std::string& name,
                               const ImportOptions& options, bool as_json = false);

/// Says how an import went, which may have been the server's.
void say_imported(const std::string& name, const ImportOptions& options, const ImportReport& report,
                  const std::filesystem::path& folder, double seconds, bool as_json);

}  // namespace tidemark
