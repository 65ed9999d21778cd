#pragma once

#include "score/definition_comparison.h"
#include "score/definition_versions.h"
#include "score/what_if.h"
#include "wire/definition_diff.h"
#include "wire/json.h"

namespace tidemark {

/// What differs between two definitions.
Json differences_json(const std::vector<DefinitionDifference>& differences);

/// Versions a workspace was published under.
Json versions_json(const std::vector<VersionInForce>& versions);

/// A comparison of two definitions, with the movers it explains.
Json comparison_json(const DefinitionComparison& comparison,
                     const std::vector<DefinitionDifference>& differences);

/// Both answers with the levels of every day, and the first `most` of the moves between them.
Json what_if_json(const WhatIfComparison& comparison, std::size_t most);

}  // namespace tidemark
