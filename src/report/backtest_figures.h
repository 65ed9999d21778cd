#pragma once

#include <string>
#include <vector>

#include "score/backtest_report.h"

namespace tidemark {

/// A figure of each tested definition, as people read it.
struct FigureRow {
  std::string what;
  std::vector<std::string> values;  // one a definition
};

/// Figures that belong together, under a heading.
struct FigureGroup {
  std::string heading;
  std::vector<FigureRow> rows;
};

/// Every figure of the report, for the text and the page alike; rates with what they are of, or
/// without where room is short.
std::vector<FigureGroup> backtest_figures(const BacktestReport& report, bool with_counts);

/// How the figures were made, in sentences.
std::string backtest_method(const BacktestReport& report);

/// `score`, `probability` … as headings.
std::string predictor_label(std::size_t predictor);

}  // namespace tidemark
