#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/result.h"
#include "model/definition.h"

namespace tidemark {

/// Changes to a definition as people write them on a command line: `--points 'Report created=8'`.
struct DefinitionEdits {
  std::vector<std::string> points;  // ACTION=POINTS; of an event that earns none yet, a new action
  std::vector<std::string> caps;    // ACTION=COUNT a day, 0 for none
  std::vector<std::string> drops;   // actions
  std::optional<int> window;        // days
  std::optional<std::string> engaged_day;
  std::optional<std::string> habit;
  std::optional<std::string> low;
  std::optional<std::string> high;
};

void add_edit_options(CLI::App& app, DefinitionEdits& edits);

/// The definition with the changes made, each of which must name an action of it or one of
/// `event_names`; as valid as one that was read from a file.
Result<Definition> edited(Definition definition, const DefinitionEdits& edits,
                          const std::vector<std::string>& event_names);

}  // namespace tidemark
