#pragma once

#include <string>

#include "model/identity.h"

namespace tidemark {

/// The condition, in SQL, that an event which names its account counts for one of these; empty
/// where all do.
std::string counts_for(const Identity& identity, AccountRange accounts);

}  // namespace tidemark
