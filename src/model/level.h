#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidemark {

/// How engaged an account is. `low`, `medium` and `high` are the ladder; the others are facts.
enum class Level : std::uint8_t {
  inactive,  // no activity in the window, or not yet any
  none,      // activity, but no engagement action
  engaged,   // actions, while there is no calibration yet
  low,
  medium,
  high,
};

inline constexpr std::size_t kLevelCount = 6;

/// From the top of the ladder down, the order in which people read them.
inline constexpr std::array<Level, kLevelCount> kLevelsDownwards = {
    Level::high, Level::medium, Level::low, Level::engaged, Level::none, Level::inactive};

constexpr std::size_t index_of(Level level) { return static_cast<std::size_t>(level); }

constexpr bool is_on_ladder(Level level) { return level >= Level::low; }

constexpr std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, kLevelCount> kNames = {"inactive", "none",   "engaged",
                                                                "low",      "medium", "high"};
  return kNames[index_of(level)];
}

constexpr std::optional<Level> level_named(std::string_view name) {
  for (std::size_t at = 0; at < kLevelCount; ++at) {
    const auto level = static_cast<Level>(at);
    if (level_name(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace tidemark
