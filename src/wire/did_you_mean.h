#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tidemark {

/// The known word that `word` is most likely a misspelling of; none where no one is near.
std::optional<std::string_view> nearest_word(std::string_view word,
                                             std::span<const std::string_view> known);

/// `did you mean "points"?`, or the list of what is known.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace tidemark
