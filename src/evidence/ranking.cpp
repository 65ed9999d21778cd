#include "evidence/ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace tidemark {

Ranking::Ranking(std::vector<Forecast> forecasts) {
  std::ranges::sort(forecasts, std::greater(), &Forecast::risk);
  for (std::size_t at = 0; at < forecasts.size(); ++at) {
    if (at == 0 || forecasts[at].risk != forecasts[at - 1].risk) ties_.emplace_back();
    ties_.back().left += forecasts[at].left ? 1 : 0;
    ++ties_.back().all;
  }
  for (const Tie& tie : ties_) sum_ = {sum_.left + tie.left, sum_.all + tie.all};
}

std::optional<double> Ranking::area_under_roc() const {
  const std::int64_t stayed = sum_.all - sum_.left;
  if (sum_.left == 0 || stayed == 0) return std::nullopt;
  double pairs = 0;  // won by those that left
  std::int64_t stayed_below = stayed;
  for (const Tie& tie : ties_) {
    const std::int64_t tied = tie.all - tie.left;
    stayed_below -= tied;
    pairs += static_cast<double>(tie.left) *
             (static_cast<double>(stayed_below) + static_cast<double>(tied) / 2);
  }
  return pairs / (static_cast<double>(sum_.left) * static_cast<double>(stayed));
}

std::optional<double> Ranking::average_precision() const {
  if (sum_.left == 0) return std::nullopt;
  double sum = 0;
  Tie so_far;
  for (const Tie& tie : ties_) {
    so_far.left += tie.left;
    so_far.all += tie.all;
    sum += static_cast<double>(tie.left) * static_cast<double>(so_far.left) /
           static_cast<double>(so_far.all);
  }
  return sum / static_cast<double>(sum_.left);
}

std::optional<double> Ranking::lift_of_riskiest_tenth() const {
  if (sum_.left == 0) return std::nullopt;
  const std::int64_t size = (sum_.all + 9) / 10;
  double caught = 0;
  std::int64_t room = size;
  for (const Tie& tie : ties_) {
    const std::int64_t taken = std::min(room, tie.all);
    caught +=
        static_cast<double>(tie.left) * static_cast<double>(taken) / static_cast<double>(tie.all);
    room -= taken;
    if (room == 0) break;
  }
  const double share = static_cast<double>(sum_.left) / static_cast<double>(sum_.all);
  return caught / static_cast<double>(size) / share;
}

std::optional<double> mean_of(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  std::int64_t count = 0;
  for (const auto& value : values) {
    if (!value) continue;
    sum += *value;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
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
