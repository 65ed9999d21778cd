#pragma once

#include "score/use_report.h"
#include "wire/json.h"

namespace tidemark {

Json use_json(const UseReport& report, Day day);

}  // namespace tidemark
