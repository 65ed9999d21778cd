#pragma once

#include <string>
#include <vector>

#include "model/definition.h"

namespace tidemark {

/// One thing two definitions say differently.
struct DefinitionDifference {
  std::string what;    // `action "Report created", points`
  std::string before;  // empty: it was not there
  std::string after;   // empty: it is there no longer
};

/// Everything two definitions say differently, in the order of the canonical form. Empty where they
/// are the same version.
std::vector<DefinitionDifference> definition_differences(const Definition& before,
                                                         const Definition& after);

}  // namespace tidemark
