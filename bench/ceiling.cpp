// How much of what can be foretold the probability of silence foretells: month-end by month-end,
// fitted on what was known then, beside boosted trees on the same signs and beside each sign alone.
// Reads a workspace, or without one a standard data set.
#include <algorithm>
#include <map>

#include <xgboost/c_api.h>

#include "bench/leavers.h"
#include "bench/must.h"
#include "cli/workspace.h"
#include "evidence/ranking.h"
#include "evidence/silence_model.h"
#include "score/loaded_activity.h"

namespace tidemark::bench {
namespace {

constexpr int kRounds = 100;

void must_boost(int state) {
  if (state == 0) return;
  fmt::print(stderr, "xgboost: {}\n", XGBGetLastError());
  std::exit(1);
}

/// Snapshots as the library wants them.
class Matrix {
 public:
  explicit Matrix(const std::vector<SilenceSnapshot>& snapshots) {
    std::vector<float> signs;
    std::vector<float> left;
    for (const SilenceSnapshot& snapshot : snapshots) {
      signs.push_back(static_cast<float>(snapshot.signs.habit_milli_days));
      signs.push_back(static_cast<float>(snapshot.signs.tenure_days));
      signs.push_back(static_cast<float>(snapshot.signs.silent_days));
      left.push_back(snapshot.left ? 1 : 0);
    }
    must_boost(XGDMatrixCreateFromMat(signs.data(), snapshots.size(), kSilenceSigns, -1, &raw_));
    must_boost(XGDMatrixSetFloatInfo(raw_, "label", left.data(), left.size()));
  }
  ~Matrix() { XGDMatrixFree(raw_); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  DMatrixHandle raw() const { return raw_; }

 private:
  DMatrixHandle raw_ = nullptr;
};

/// What boosted trees say of `asked` that were grown on `known`.
std::vector<double> boosted(const std::vector<SilenceSnapshot>& known,
                            const std::vector<SilenceSnapshot>& asked) {
  const Matrix train(known);
  const Matrix test(asked);
  BoosterHandle trees = nullptr;
  const std::array<DMatrixHandle, 1> seen = {train.raw()};
  must_boost(XGBoosterCreate(seen.data(), seen.size(), &trees));
  for (const auto& [name, value] : {std::pair{"objective", "binary:logistic"},
                                    {"max_depth", "3"},
                                    {"eta", "0.1"},
                                    {"subsample", "0.8"},
                                    {"seed", "1"},
                                    {"nthread", "2"},
                                    {"verbosity", "0"}}) {
    must_boost(XGBoosterSetParam(trees, name, value));
  }
  for (int round = 0; round < kRounds; ++round) {
    must_boost(XGBoosterUpdateOneIter(trees, round, train.raw()));
  }
  bst_ulong count = 0;
  const float* said = nullptr;
  must_boost(XGBoosterPredict(trees, test.raw(), 0, 0, 0, &count, &said));
  const std::vector<double> probabilities(said, said + count);
  XGBoosterFree(trees);
  return probabilities;
}

struct Mean {
  double sum = 0;
  int months = 0;

  void add(const std::optional<double>& value) {
    if (!value) return;
    sum += *value;
    ++months;
  }
};

void run(const char* name, const ScoredActivity& activity, const Cores& cores) {
  const std::vector<AccountNumber> accounts = every_account(activity);
  std::map<std::string, Mean> areas;
  int months = 0;
  const DayRange days = activity.days();
  for (Day day = days.first; day <= days.last - kSilentDays; day = day + 1) {
    if (!is_month_end(day)) continue;
    const auto fitted = SilenceModel::fit(activity, day, cores);
    const auto* model = std::get_if<SilenceModel>(&fitted);
    if (model == nullptr) continue;
    ++months;
    const auto known =
        silence_snapshots(activity, accounts, weeks_with_outcome(activity, day), cores);
    const auto asked = silence_snapshots(activity, accounts, {day}, cores);
    const auto by_trees = boosted(known, asked);
    std::map<std::string, std::vector<Forecast>> forecasts;
    for (std::size_t at = 0; at < asked.size(); ++at) {
      const auto& [account, when, signs, left] = asked[at];
      forecasts["probability"].push_back({model->probability(signs), left});
      forecasts["boosted trees"].push_back({by_trees[at], left});
      forecasts["habit alone"].push_back({-static_cast<double>(signs.habit_milli_days), left});
      forecasts["recency alone"].push_back({static_cast<double>(signs.silent_days), left});
      forecasts["tenure alone"].push_back({-static_cast<double>(signs.tenure_days), left});
    }
    for (const auto& [predictor, said] : forecasts)
      areas[predictor].add(Ranking(said).area_under_roc());
  }
  fmt::print("ceiling {}: mean area under the curve of {} month-ends, each from what was known\n",
             name, months);
  for (const auto& [predictor, mean] : areas) {
    fmt::print("  {:<16} {:.4f}\n", predictor, mean.months == 0 ? 0 : mean.sum / mean.months);
  }
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  using namespace tidemark;
  const Cores cores = Cores::all();
  if (argc < 2 || std::string_view(argv[1]) == "tiny") {
    const History history = bench::history_with_leavers(bench::kTiny, cores);
    const Signals signals{bench::standard_names(), {}};
    bench::run("tiny", {history, signals, bench::standard_definition(1), {}, cores}, cores);
    return 0;
  }
  const auto workspace = bench::must(open_workspace(argv[1]));
  const auto loaded = bench::must(load_activity(*workspace.store, workspace.definition, cores));
  bench::run(workspace.definition.name.c_str(), loaded.scored(cores), cores);
}
