#pragma once

#include <string>
#include <vector>

#include "model/definition.h"
#include "store/store.h"
#include "wire/definition_diff.h"

namespace tidemark {

/// A definition over days in a row that were published under it.
struct VersionInForce {
  std::string hash;
  Definition definition;
  Day first;
  Day last;
  std::vector<DefinitionDifference> differences;  // from the one before
};

/// Oldest first; a definition that came back is there twice.
Result<std::vector<VersionInForce>> definition_versions(Store& store);

/// The published version whose hash begins so. Fails with `not_found` where none does, or several.
Result<Definition> published_version(Store& store, const std::string& beginning);

}  // namespace tidemark
