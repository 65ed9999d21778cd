// B9: evidence in a warm process. The calibration of a day, a backtest of twelve month-ends, and
// the weights of twenty signals, of a standard data set from which accounts leave.
#include "bench/leavers.h"
#include "bench/stopwatch.h"
#include "evidence/backtest.h"
#include "evidence/calibration.h"
#include "evidence/learned_weights.h"

namespace tidemark::bench {
namespace {

void run(const StandardData& data) {
  const Cores cores = Cores::all();
  History history = history_with_leavers(data, cores);
  const Signals signals{standard_names(), {}};
  const Definition definition = standard_definition(1);
  const ScoredActivity activity(history, signals, definition, {}, cores);
  const Day last = history.days().last;

  Calibration calibration;
  const double calibrating =
      best_seconds(3, [&] { calibration = calibrate(last, take_samples(activity, last, cores)); });
  CHECK(calibration.cuts.has_value());

  Day month{last - kSilentDays};
  while (!is_month_end(month)) month = month - 1;
  Backtest backtest;
  const double testing = best_seconds(1, [&] {
    backtest = run_backtest({history, history, {}, {}}, signals, definition, {},
                            {month - 340, month}, last, cores, [](Day) {});
  });
  CHECK(backtest.months.size() == 12);

  std::vector<Moment> moments;
  LearnedWeights learned;
  const double learning = best_seconds(1, [&] {
    moments = moments_of(Teacher::silence, activity, last, cores);
    learned = std::get<LearnedWeights>(learn_weights(
        inputs_on(history, definition, signals, moments, cores), moments, kNames, {}, cores));
  });
  fmt::print(
      "B9 evidence {}: {} accounts, {} days, {:.1f} M cells, {} threads\n"
      "  calibration of a day      {:8.0f} ms\n"
      "  backtest, 12 month-ends   {:8.0f} ms\n"
      "  weights of {} signals     {:8.0f} ms  ({} looks, 200 draws)\n",
      data.name, data.accounts, data.days, static_cast<double>(history.cells()) / 1e6,
      cores.threads(), calibrating * 1000, testing * 1000, kNames, learning * 1000, moments.size());
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  tidemark::bench::run(tidemark::bench::data_named(argc > 1 ? argv[1] : "tiny"));
}
