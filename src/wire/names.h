#pragma once

#include <string_view>

#include "model/calibration.h"
#include "model/definition.h"
#include "model/event.h"

namespace tidemark {

/// How closed sets are spelled outside the process.
std::string_view basis_name(CutBasis basis);
std::string_view guard_name(HighGuard guard);
std::string_view repeat_name(Repeat repeat);

/// What was wrong with a record, as a sentence begins: `unreadable time`.
std::string_view reject_reason_name(RejectReason reason);

/// What the sender can do about it.
std::string_view reject_reason_advice(RejectReason reason);

}  // namespace tidemark
