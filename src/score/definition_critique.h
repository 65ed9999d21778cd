#pragma once

#include <string>
#include <vector>

#include "model/definition.h"
#include "store/store.h"

namespace tidemark {

/// What is allowed in a definition but probably not meant, in the light of what was seen.
struct DefinitionCritique {
  std::vector<std::string> warnings;
  std::vector<std::string> unscored;  // events seen that earn nothing, by name
};
Result<DefinitionCritique> criticise(Store& store, const Definition& definition);

}  // namespace tidemark
