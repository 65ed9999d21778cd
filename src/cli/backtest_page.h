#pragma once

#include <string>

#include "score/backtest_report.h"

namespace tidemark {

/// The report as one HTML page that needs nothing else: figures, plots, and how they were made.
std::string backtest_page(const BacktestReport& report);

/// The same without its heading, as part of a page.
std::string backtest_body(const BacktestReport& report);

}  // namespace tidemark
