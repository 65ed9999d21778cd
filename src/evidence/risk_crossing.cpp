#include "evidence/risk_crossing.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace tidemark {
namespace {

constexpr std::size_t kLeastSample = 10;
constexpr double kFlattestSlope = -0.05;
constexpr double kSettledStep = 1e-12;
constexpr int kMostSteps = 100;

/// A snapshot: the standardised logarithm of its points, and whether silence followed.
struct Snapshot {
  double x;
  double left;
};

struct Line {
  double intercept = 0;
  double slope = 0;
};

/// Newton's method from zero on the summed log loss plus slope²/2. The sums are long double over
/// values in a fixed order: the same samples give the same bits.
Line fit(const std::vector<Snapshot>& snapshots) {
  Line line;
  for (int step = 0; step < kMostSteps; ++step) {
    long double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (const auto& [x, left] : snapshots) {
      const double p = 1 / (1 + std::exp(-(line.intercept + line.slope * x)));
      g0 += p - left;
      g1 += (p - left) * x;
      h00 += p * (1 - p);
      h01 += p * (1 - p) * x;
      h11 += p * (1 - p) * x * x;
    }
    const auto gradient0 = static_cast<double>(g0);
    const auto gradient1 = static_cast<double>(g1) + line.slope;
    const auto hessian00 = static_cast<double>(h00);
    const auto hessian01 = static_cast<double>(h01);
    const auto hessian11 = static_cast<double>(h11) + 1;
    const double determinant = hessian00 * hessian11 - hessian01 * hessian01;
    const double step0 = (hessian11 * gradient0 - hessian01 * gradient1) / determinant;
    const double step1 = (hessian00 * gradient1 - hessian01 * gradient0) / determinant;
    line.intercept -= step0;
    line.slope -= step1;
    if (std::abs(step0) + std::abs(step1) < kSettledStep) break;
  }
  return line;
}

}  // namespace

std::optional<double> risk_crossing(const std::vector<std::int64_t>& left,
                                    const std::vector<std::int64_t>& stayed) {
  CHECK(std::ranges::is_sorted(left) && std::ranges::is_sorted(stayed));
  if (left.size() < kLeastSample || stayed.size() < kLeastSample) return std::nullopt;
  std::vector<Snapshot> snapshots;
  snapshots.reserve(left.size() + stayed.size());
  for (const std::int64_t points : left) snapshots.push_back({std::log(double(points)), 1});
  for (const std::int64_t points : stayed) snapshots.push_back({std::log(double(points)), 0});

  const auto count = static_cast<double>(snapshots.size());
  long double sum = 0;
  for (const Snapshot& snapshot : snapshots) sum += snapshot.x;
  const double mean = static_cast<double>(sum) / count;
  long double squares = 0;
  for (const Snapshot& snapshot : snapshots) squares += (snapshot.x - mean) * (snapshot.x - mean);
  const double spread = std::sqrt(static_cast<double>(squares) / count);
  if (spread == 0) return std::nullopt;
  for (Snapshot& snapshot : snapshots) snapshot.x = (snapshot.x - mean) / spread;

  const Line line = fit(snapshots);
  if (!(line.slope <= kFlattestSlope)) return std::nullopt;
  const double average = static_cast<double>(left.size()) / count;
  const double crossing =
      std::exp(mean + spread * (std::log(average / (1 - average)) - line.intercept) / line.slope);
  const auto least = static_cast<double>(std::min(left.front(), stayed.front()));
  const auto most = static_cast<double>(std::max(left.back(), stayed.back()));
  return crossing >= least && crossing <= most ? std::optional(crossing) : std::nullopt;
}

}  // namespace tidemark
