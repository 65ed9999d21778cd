#pragma once

#include "score/account_report.h"
#include "wire/json.h"

namespace tidemark {

/// What earned points: an action, or the days with any.
std::string action_label(const Definition& definition, std::size_t action);

/// Everything about one account up to a day; `definition` is the one of the report.
Json account_json(const AccountReport& report, const Definition& definition);

}  // namespace tidemark
