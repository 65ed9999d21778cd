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

/// Snapshots of the same points: the standardised logarithm of those, and how many there are.
struct Snapshots {
  double x = 0;
  double all = 0;
  double left = 0;  // of them, those that silence followed
};

struct Line {
  double intercept = 0;
  double slope = 0;
};

/// The sums of a step of Newton's method. They are double over short stretches in a fixed order,
/// long double over those: the same samples give the same bits.
struct Sums {
  long double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
};

Sums sums_of(const std::vector<Snapshots>& snapshots, const Line& line) {
  constexpr std::size_t kStretch = 256;
  Sums sums;
  for (std::size_t first = 0; first < snapshots.size(); first += kStretch) {
    double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
    for (std::size_t at = first; at < std::min(first + kStretch, snapshots.size()); ++at) {
      const auto& [x, all, left] = snapshots[at];
      const double p = 1 / (1 + std::exp(-(line.intercept + line.slope * x)));
      const double slack = p * all - left;
      const double curve = p * (1 - p) * all;
      g0 += slack;
      g1 += slack * x;
      h00 += curve;
      h01 += curve * x;
      h11 += curve * x * x;
    }
    sums.g0 += g0;
    sums.g1 += g1;
    sums.h00 += h00;
    sums.h01 += h01;
    sums.h11 += h11;
  }
  return sums;
}

/// Newton's method from `line` on the summed log loss plus slope²/2.
Line fit(const std::vector<Snapshots>& snapshots, Line line) {
  for (int step = 0; step < kMostSteps; ++step) {
    const auto [g0, g1, h00, h01, h11] = sums_of(snapshots, line);
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

/// From zero, where there are few; else from the line of some of them, which is nearly that of all.
Line fit(const std::vector<Snapshots>& snapshots) {
  constexpr std::size_t kFew = 4096;
  if (snapshots.size() <= kFew) return fit(snapshots, Line{});
  std::vector<Snapshots> some;
  for (std::size_t at = 0; at < snapshots.size(); at += 1 + snapshots.size() / kFew) {
    some.push_back(snapshots[at]);
  }
  return fit(snapshots, fit(some, Line{}));
}

/// Both samples, which ascend, merged; x is the plain logarithm.
std::vector<Snapshots> by_points(const std::vector<std::int64_t>& left,
                                 const std::vector<std::int64_t>& stayed) {
  std::vector<Snapshots> snapshots;
  auto next_left = left.begin();
  auto next_stayed = stayed.begin();
  while (next_left != left.end() || next_stayed != stayed.end()) {
    const bool is_left =
        next_stayed == stayed.end() || (next_left != left.end() && *next_left <= *next_stayed);
    const std::int64_t points = is_left ? *next_left : *next_stayed;
    Snapshots& of_points = snapshots.emplace_back();
    of_points.x = std::log(static_cast<double>(points));
    for (; next_left != left.end() && *next_left == points; ++next_left) ++of_points.left;
    of_points.all = of_points.left;
    for (; next_stayed != stayed.end() && *next_stayed == points; ++next_stayed) ++of_points.all;
  }
  return snapshots;
}

}  // namespace

std::optional<double> risk_crossing(const std::vector<std::int64_t>& left,
                                    const std::vector<std::int64_t>& stayed) {
  CHECK(std::ranges::is_sorted(left) && std::ranges::is_sorted(stayed));
  if (left.size() < kLeastSample || stayed.size() < kLeastSample) return std::nullopt;
  std::vector<Snapshots> snapshots = by_points(left, stayed);
  const auto count = static_cast<double>(left.size() + stayed.size());
  long double sum = 0;
  for (const auto& [x, all, ignored] : snapshots) sum += all * x;
  const double mean = static_cast<double>(sum) / count;
  long double squares = 0;
  for (const auto& [x, all, ignored] : snapshots) squares += all * (x - mean) * (x - mean);
  const double spread = std::sqrt(static_cast<double>(squares) / count);
  if (spread == 0) return std::nullopt;
  for (Snapshots& of_points : snapshots) of_points.x = (of_points.x - mean) / spread;

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
