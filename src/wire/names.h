#pragma once

#include <optional>
#include <string_view>

#include "model/calibration.h"
#include "model/definition.h"
#include "model/event.h"

namespace tidemark {

/// How closed sets are spelled outside the process.
std::string_view basis_name(CutBasis basis);
std::string_view guard_name(HighGuard guard);
std::string_view repeat_name(Repeat repeat);
std::string_view test_name(PropertyTest test);   // `at_least`
std::string_view name_test_name(NameTest test);  // `event_starts_with`
std::string_view levels_by_name(LevelsBy by);
std::string_view recalibrate_name(Recalibrate when);

std::optional<Repeat> repeat_named(std::string_view name);
std::optional<PropertyTest> test_named(std::string_view name);
std::optional<NameTest> name_test_named(std::string_view name);
std::optional<LevelsBy> levels_by_named(std::string_view name);
std::optional<Recalibrate> recalibrate_named(std::string_view name);

/// What was wrong with a record, as a sentence begins: `unreadable time`.
std::string_view reject_reason_name(RejectReason reason);

/// What the sender can do about it.
std::string_view reject_reason_advice(RejectReason reason);

}  // namespace tidemark
