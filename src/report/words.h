#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/level.h"
#include "model/points.h"

namespace tidemark {

/// A level's word as a label: `High`.
std::string level_label(Level level);

/// `1,204`
std::string with_separators(std::int64_t number);

/// `+3`, `−5`, or `0`
std::string signed_number(std::int64_t number);

/// `12 accounts`, `1 account`
std::string counted(std::int64_t number, std::string_view singular, std::string_view plural);

/// A text from elsewhere, with control characters shown as "\uFFFD": it cannot steer the terminal.
std::string visible(std::string_view text);

/// `12 %`, below 10 with one decimal.
std::string percent(double share);

/// `26.7 (38)`: points and, where there is one, their display.
std::string points_with_display(Points points, const std::optional<std::uint8_t>& display);

}  // namespace tidemark
