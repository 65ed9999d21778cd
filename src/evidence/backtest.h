#pragma once

#include <functional>
#include <map>
#include <optional>

#include "activity/history.h"
#include "evidence/calibration_evidence.h"
#include "evidence/ranking.h"
#include "evidence/silence_model.h"
#include "scoring/publication.h"

namespace tidemark {

/// What ranks accounts in a backtest: the score, the probability, and what anybody could do without
/// either.
enum class Predictor : std::uint8_t { score, probability, actions, engaged_days, recency };
inline constexpr std::size_t kPredictors = 5;
std::string_view predictor_name(Predictor predictor);

/// How well a predictor told who would leave.
struct PredictorFigures {
  std::optional<double> auc;                // mean of the months that have one
  std::optional<double> average_precision;  // likewise
  std::optional<double> lift;               // of the riskiest tenth, likewise
};

/// A month-end, and what came in the 30 days after it.
struct BacktestMonth {
  Day day;
  SilenceRate all;
  std::array<std::optional<double>, kPredictors> auc;
  std::array<SilenceRate, kLevelCount> by_level;  // by the level that would have been published
  bool has_model = false;                         // else there was no probability yet
};

/// How many of those that left were low or without engagement so many days before their last active
/// one.
struct LeadTime {
  int days = 0;
  SilenceRate low;  // left: those that were; all: those that had a level then
};

/// What a definition would have been worth, month by month, each with only what was known then
/// (scoring.md §10).
struct Backtest {
  std::vector<BacktestMonth> months;  // oldest first
  std::array<PredictorFigures, kPredictors> predictors;
  std::optional<double> brier;              // of the probability, all months together
  std::vector<ReliabilityBin> calibration;  // likewise
  std::array<SilenceRate, kLevelCount> by_level;
  SilenceRate above_low;                // medium and high together
  std::vector<LeadTime> lead_times;     // 7, 14, 30 and 60 days
  std::int64_t account_days = 0;        // of accounts with activity in their window
  std::int64_t moves = 0;               // between low, medium and high
  std::int64_t reversed = 0;            // of them taken back within 14 days
  std::int64_t accounts_above_low = 0;  // over all months
  std::int64_t accounts_active = 0;

  double moves_per_account_month() const {
    return account_days == 0 ? 0
                             : static_cast<double>(moves) * 30 / static_cast<double>(account_days);
  }

  /// The promises of the levels, each kept or not.
  bool low_earns_its_name() const {
    return by_level[index_of(Level::low)].left > 0 &&
           by_level[index_of(Level::low)].share >= 3 * above_low.share;
  }
  bool low_is_not_empty() const {
    return accounts_active > 0 && accounts_above_low * 5 <= accounts_active * 4;
  }
  bool churners_were_low() const {
    return !lead_times.empty() && lead_times.front().low.all > 0 &&
           lead_times.front().low.share >= 2.0 / 3;
  }
};

/// A history as it became known: what came in time, and when the rest came.
struct KnownActivity {
  const History& all;                       // as it is known today
  History& in_time;                         // of the same accounts; late ones are added to it
  const std::vector<LateOccurrence>& late;  // by the day they came
  std::vector<Day> held;                    // days of which events miss: nobody moves; in order
};

/// Walks forward over the month-ends within `months`: publishes day by day as the program would
/// have, calibrates at month-ends, fits the probability, and holds all of it against the 30 days
/// after. `known` is the last day of which all is known; month-ends whose 30 days go beyond it are
/// left out. Late activity is known from the month-end on by which it had come.
/// `on_progress` is told each month-end that is done.
Backtest run_backtest(const KnownActivity& activity, const Signals& signals,
                      const Definition& definition, const std::vector<AccountFacts>& facts,
                      DayRange months, Day known, const Cores& cores,
                      const std::function<void(Day)>& on_progress);

}  // namespace tidemark
