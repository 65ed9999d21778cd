#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tidemark {

/// The milli-points at which a ridge logistic regression of leaving on ln(milli-points) gives the
/// average risk (scoring.md §6 (a)). Both samples hold positive milli-points in ascending order.
/// None where it cannot tell: fewer than ten of either, no spread, engagement that does not go with
/// staying, or a crossing outside the samples' range.
std::optional<double> risk_crossing(const std::vector<std::int64_t>& left,
                                    const std::vector<std::int64_t>& stayed);

}  // namespace tidemark
