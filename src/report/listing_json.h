#pragma once

#include "score/account_listing.h"
#include "wire/json.h"

namespace tidemark {

/// An account of a list, with the values of the properties asked for.
Json listed_account_json(const ListedAccount& account, const std::vector<std::string>& properties);

}  // namespace tidemark
