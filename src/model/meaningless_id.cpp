#include "model/meaningless_id.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace tidemark {

namespace {

constexpr std::array<std::string_view, 17> kMeaningless = {"anon",
                                                           "anonymous",
                                                           "nil",
                                                           "none",
                                                           "null",
                                                           "n/a",
                                                           "na",
                                                           "undefined",
                                                           "unknown",
                                                           "0",
                                                           "-1",
                                                           "true",
                                                           "false",
                                                           "nan",
                                                           "<nil>",
                                                           "[object object]",
                                                           "00000000-0000-0000-0000-000000000000"};

}  // namespace

std::span<const std::string_view> meaningless_ids() { return kMeaningless; }

bool is_meaningless_id(std::string_view id) {
  constexpr std::size_t kLongest = 36;
  if (id.size() > kLongest) return false;
  std::array<char, kLongest> lower{};
  std::ranges::transform(id, lower.begin(), [](char character) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
  });
  const std::string_view text(lower.data(), id.size());
  return text.find_first_not_of(" \t") == std::string_view::npos ||
         std::ranges::find(kMeaningless, text) != kMeaningless.end();
}

}  // namespace tidemark
