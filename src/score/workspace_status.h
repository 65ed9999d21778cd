#pragma once

#include "score/published_rules.h"

namespace tidemark {

/// How much a store holds, and how far it is scored.
struct WorkspaceStatus {
  std::int64_t accounts = 0;
  std::int64_t event_names = 0;
  std::uint64_t events = 0;
  std::optional<Import> last_import;
  std::vector<std::string> unfinished_imports;
  std::optional<PublishedDay> first_published;
  std::optional<PublishedDay> last_published;
  std::optional<Calibration> calibration;  // in force
  bool definition_has_changed = false;     // since the last published day
  std::string definition;                  // the hash of the workspace's
};

Result<WorkspaceStatus> status_of(Store& store, const Definition& definition);

}  // namespace tidemark
