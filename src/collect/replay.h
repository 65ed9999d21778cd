#pragma once

#include <vector>

#include "collect/delivery.h"

namespace tidemark {

/// Reads refused messages again, each as its dialect reads it now, as of when it first came.
/// `tried` gets the numbers of those whose dialect is known.
std::vector<Delivery> replayed(const std::vector<Refusal>& refusals,
                               std::vector<std::uint64_t>& tried);

}  // namespace tidemark
