#include "evidence/ranking.h"

#include <algorithm>
#include <cmath>

namespace tidemark {
namespace {

/// Forecasts of one risk, the riskiest first.
struct Tie {
  std::int64_t left = 0;
  std::int64_t all = 0;
};

std::vector<Tie> ties_of(std::vector<Forecast>& forecasts) {
  std::ranges::sort(forecasts, {}, [](const Forecast& forecast) { return -forecast.risk; });
  std::vector<Tie> ties;
  for (std::size_t at = 0; at < forecasts.size(); ++at) {
    if (at == 0 || forecasts[at].risk != forecasts[at - 1].risk) ties.emplace_back();
    ties.back().left += forecasts[at].left ? 1 : 0;
    ++ties.back().all;
  }
  return ties;
}

std::int64_t left_of(const std::vector<Forecast>& forecasts) {
  return std::ranges::count_if(forecasts, &Forecast::left);
}

}  // namespace

std::optional<double> area_under_roc(std::vector<Forecast> forecasts) {
  const std::int64_t left = left_of(forecasts);
  const std::int64_t stayed = std::ssize(forecasts) - left;
  if (left == 0 || stayed == 0) return std::nullopt;
  double pairs = 0;  // won by those that left
  std::int64_t stayed_below = stayed;
  for (const Tie& tie : ties_of(forecasts)) {
    const std::int64_t tied = tie.all - tie.left;
    stayed_below -= tied;
    pairs += static_cast<double>(tie.left) *
             (static_cast<double>(stayed_below) + static_cast<double>(tied) / 2);
  }
  return pairs / (static_cast<double>(left) * static_cast<double>(stayed));
}

std::optional<double> average_precision(std::vector<Forecast> forecasts) {
  const std::int64_t left = left_of(forecasts);
  if (left == 0) return std::nullopt;
  double sum = 0;
  Tie so_far;
  for (const Tie& tie : ties_of(forecasts)) {
    so_far.left += tie.left;
    so_far.all += tie.all;
    sum += static_cast<double>(tie.left) * static_cast<double>(so_far.left) /
           static_cast<double>(so_far.all);
  }
  return sum / static_cast<double>(left);
}

std::optional<double> lift_of_riskiest_tenth(std::vector<Forecast> forecasts) {
  const std::int64_t left = left_of(forecasts);
  if (left == 0) return std::nullopt;
  const std::int64_t size = (std::ssize(forecasts) + 9) / 10;
  double caught = 0;
  std::int64_t room = size;
  for (const Tie& tie : ties_of(forecasts)) {
    const std::int64_t taken = std::min(room, tie.all);
    caught +=
        static_cast<double>(tie.left) * static_cast<double>(taken) / static_cast<double>(tie.all);
    room -= taken;
    if (room == 0) break;
  }
  const double share = static_cast<double>(left) / static_cast<double>(forecasts.size());
  return caught / static_cast<double>(size) / share;
}

std::optional<double> brier_score(const std::vector<Forecast>& forecasts) {
  if (forecasts.empty()) return std::nullopt;
  double sum = 0;
  for (const Forecast& forecast : forecasts) {
    const double distance = forecast.risk - (forecast.left ? 1 : 0);
    sum += distance * distance;
  }
  return sum / static_cast<double>(forecasts.size());
}

std::vector<ReliabilityBin> reliability(std::vector<Forecast> forecasts) {
  constexpr std::size_t kBins = 10;
  std::ranges::sort(forecasts, {}, [](const Forecast& forecast) {
    return std::pair(forecast.risk, forecast.left);
  });
  std::vector<ReliabilityBin> bins;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    const std::size_t first = forecasts.size() * bin / kBins;
    const std::size_t last = forecasts.size() * (bin + 1) / kBins;
    if (first == last) continue;
    ReliabilityBin sum;
    for (std::size_t at = first; at < last; ++at) {
      sum.mean_probability += forecasts[at].risk;
      sum.share_left += forecasts[at].left ? 1 : 0;
    }
    sum.count = static_cast<std::int64_t>(last - first);
    sum.mean_probability /= static_cast<double>(sum.count);
    sum.share_left /= static_cast<double>(sum.count);
    bins.push_back(sum);
  }
  return bins;
}

double expected_calibration_error(const std::vector<ReliabilityBin>& bins) {
  double sum = 0;
  double all = 0;
  for (const ReliabilityBin& bin : bins) {
    sum += std::abs(bin.mean_probability - bin.share_left) * static_cast<double>(bin.count);
    all += static_cast<double>(bin.count);
  }
  return all == 0 ? 0 : sum / all;
}

}  // namespace tidemark
