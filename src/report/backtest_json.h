#pragma once

#include "score/backtest_report.h"
#include "wire/json.h"

namespace tidemark {

/// Every figure of a backtest, month by month.
Json backtest_json(const BacktestReport& report);

}  // namespace tidemark
