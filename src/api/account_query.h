#pragma once

#include "api/parameters.h"
#include "score/account_listing.h"

namespace tidemark {

/// Which accounts a query asks for, in which order: `day`, `days`, `level`, `moved`, `trend`,
/// `search`, `where`, `property`, `sort`.
AccountQuery account_query(Parameters& asked);

}  // namespace tidemark
