#pragma once

#include "score/identity_report.h"
#include "wire/json.h"

namespace tidemark {

Json identity_json(const IdentityReport& report);

}  // namespace tidemark
