#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "cli/terminal.h"
#include "score/score_terms.h"

namespace tidemark {

/// The first `most` of some differences: `+10 Report created, -4 Export`.
inline std::string term_words(const std::vector<TermDifference>& differences, std::size_t most) {
  std::string words;
  for (std::size_t at = 0; at < std::min(most, differences.size()); ++at) {
    const auto& [kind, label, points] = differences[at];
    words += fmt::format("{}{}{} {}", words.empty() ? "" : ", ", points.milli > 0 ? "+" : "",
                         readable_points(points), visible(label));
  }
  return words;
}

}  // namespace tidemark
