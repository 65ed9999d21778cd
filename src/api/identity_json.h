#pragma once

#include "score/exclusion_report.h"
#include "score/identity_report.h"
#include "wire/json.h"

namespace tidemark {

Json identity_json(const IdentityReport& report);
Json exclusions_json(const ExclusionReport& report);

}  // namespace tidemark
