#include "evidence/logistic_regression.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "base/check.h"

namespace tidemark {
namespace {

constexpr std::size_t kBlock = 8192;  // sums are made block by block, and added in order
constexpr double kSettledStep = 1e-10;
constexpr int kMostSteps = 100;
constexpr int kMostHalvings = 30;

/// Runs `sum(first row, last row, partial)` over blocks of rows and adds the partials in order.
template <class Partial, class Sum>
Partial sum_by_blocks(std::size_t rows, const Partial& zero, const Cores& cores, const Sum& sum) {
  std::vector<Partial> partials((rows + kBlock - 1) / kBlock, zero);
  cores.for_ranges(partials.size(), 1, [&](std::size_t first, std::size_t last, unsigned) {
    for (std::size_t block = first; block < last; ++block) {
      sum(block * kBlock, std::min(rows, (block + 1) * kBlock), partials[block]);
    }
  });
  Partial all = zero;
  for (const Partial& partial : partials) all += partial;
  return all;
}

/// Loss, gradient and curvature at some weights; the intercept is the first of them.
struct Slope {
  double loss = 0;
  Eigen::VectorXd gradient;
  Eigen::MatrixXd curvature;

  explicit Slope(Eigen::Index size)
      : gradient(Eigen::VectorXd::Zero(size)), curvature(Eigen::MatrixXd::Zero(size, size)) {}
  Slope& operator+=(const Slope& other) {
    loss += other.loss;
    gradient += other.gradient;
    curvature += other.curvature;
    return *this;
  }
};

/// The weights that minimise the second-order model around `here`, none but the first below zero:
/// one coordinate after the other, until none moves.
Eigen::VectorXd not_negative_minimum(const Eigen::VectorXd& here, const Eigen::VectorXd& gradient,
                                     const Eigen::MatrixXd& curvature) {
  constexpr int kMostRounds = 10'000;
  constexpr double kSettledMove = 1e-13;
  Eigen::VectorXd weights = here;
  Eigen::VectorXd slope = gradient;
  for (int round = 0; round < kMostRounds; ++round) {
    double moved = 0;
    for (Eigen::Index at = 0; at < weights.size(); ++at) {
      double to = weights[at] - slope[at] / curvature(at, at);
      if (at > 0) to = std::max(to, 0.0);
      const double move = to - weights[at];
      if (move == 0) continue;
      weights[at] = to;
      slope += move * curvature.col(at);
      moved += std::abs(move);
    }
    if (moved < kSettledMove) break;
  }
  return weights;
}

class Fit {
 public:
  Fit(const Observations& observations, double ridge, Weights signs, const Cores& cores)
      : observations_(observations),
        ridge_(ridge),
        signs_(signs),
        cores_(cores),
        size_(static_cast<Eigen::Index>(observations.features) + 1) {}

  LogisticModel model() {
    find_terms();
    standardise();
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(size_);
    Slope here = slope_at(weights);
    for (int step = 0; step < kMostSteps; ++step) {
      Eigen::VectorXd move = move_from(weights, here.gradient, here.curvature);
      Slope next = slope_at(weights - move);
      for (int halving = 0; halving < kMostHalvings && !(next.loss <= here.loss); ++halving) {
        move /= 2;
        next = slope_at(weights - move);
      }
      weights -= move;
      here = std::move(next);
      if (move.cwiseAbs().sum() < kSettledStep) break;
    }
    LogisticModel model;
    model.intercept = weights[0];
    for (std::size_t at = 0; at < terms_.size(); ++at) {
      terms_[at].weight = weights[static_cast<Eigen::Index>(at) + 1];
    }
    model.terms = std::move(terms_);
    return model;
  }

  std::vector<std::vector<double>> redrawn(const LogisticModel& model,
                                           std::span<const std::uint32_t> group, int draws,
                                           Random random) {
    terms_ = model.terms;
    standardise();
    Eigen::VectorXd weights(size_);
    weights[0] = model.intercept;
    for (std::size_t at = 0; at < terms_.size(); ++at) {
      weights[static_cast<Eigen::Index>(at) + 1] = terms_[at].weight;
    }
    const Slope here = slope_at(weights);
    const Eigen::MatrixXd of_groups = gradients_of(group, weights);
    const Eigen::VectorXd of_ridge = here.gradient - of_groups.rowwise().sum();
    std::vector<std::vector<double>> redrawn;
    for (int draw = 0; draw < draws; ++draw) {
      Eigen::VectorXd gradient = of_ridge;
      for (Eigen::Index taken = 0; taken < of_groups.cols(); ++taken) {
        gradient += of_groups.col(random.below(static_cast<int>(of_groups.cols())));
      }
      const Eigen::VectorXd other = weights - move_from(weights, gradient, here.curvature);
      redrawn.emplace_back(other.data() + 1, other.data() + other.size());
    }
    return redrawn;
  }

 private:
  void find_terms() {
    const auto count = static_cast<double>(observations_.size());
    const Eigen::VectorXd none = Eigen::VectorXd::Zero(size_ - 1);
    const auto each = [&](const auto& of_row) {
      return sum_by_blocks(observations_.size(), none, cores_,
                           [&](std::size_t first, std::size_t last, Eigen::VectorXd& sums) {
                             for (std::size_t at = first; at < last; ++at) {
                               const auto row = observations_.row(at);
                               for (Eigen::Index feature = 0; feature < sums.size(); ++feature) {
                                 sums[feature] += of_row(
                                     feature, double{row[static_cast<std::size_t>(feature)]});
                               }
                             }
                           });
    };
    const Eigen::VectorXd mean = each([](Eigen::Index, double value) { return value; }) / count;
    const Eigen::VectorXd squares = each([&](Eigen::Index feature, double value) {
      return (value - mean[feature]) * (value - mean[feature]);
    });
    for (Eigen::Index feature = 0; feature < mean.size(); ++feature) {
      terms_.push_back({mean[feature], std::sqrt(squares[feature] / count), 0});
    }
  }

  /// What to take off the weights.
  Eigen::VectorXd move_from(const Eigen::VectorXd& weights, const Eigen::VectorXd& gradient,
                            const Eigen::MatrixXd& curvature) const {
    if (signs_ == Weights::any) return curvature.ldlt().solve(gradient);
    return weights - not_negative_minimum(weights, gradient, curvature);
  }

  /// Writes down every observation as the weights see it: 1, then its features.
  void standardise() {
    const auto rows = static_cast<Eigen::Index>(observations_.size());
    seen_.resize(rows, size_);
    outcome_.resize(rows);
    for (Eigen::Index at = 0; at < rows; ++at) {
      const auto row = observations_.row(static_cast<std::size_t>(at));
      outcome_[at] = observations_.outcome[static_cast<std::size_t>(at)];
      seen_(at, 0) = 1;
      for (std::size_t feature = 0; feature < terms_.size(); ++feature) {
        const LogisticModel::Term& term = terms_[feature];
        seen_(at, static_cast<Eigen::Index>(feature) + 1) =
            term.spread == 0 ? 0 : (double{row[feature]} - term.mean) / term.spread;
      }
    }
  }

  /// What each group adds to the gradient, a column each.
  Eigen::MatrixXd gradients_of(std::span<const std::uint32_t> group,
                               const Eigen::VectorXd& weights) const {
    std::size_t groups = 0;
    for (std::size_t at = 0; at < group.size(); ++at) {
      groups += at == 0 || group[at] != group[at - 1] ? 1 : 0;
    }
    Eigen::MatrixXd gradients = Eigen::MatrixXd::Zero(size_, static_cast<Eigen::Index>(groups));
    const Eigen::VectorXd log_odds = seen_ * weights;
    Eigen::Index column = -1;
    for (std::size_t at = 0; at < group.size(); ++at) {
      if (at == 0 || group[at] != group[at - 1]) ++column;
      const auto row = static_cast<Eigen::Index>(at);
      gradients.col(column) +=
          (probability_of(log_odds[row]) - outcome_[row]) * seen_.row(row).transpose();
    }
    return gradients;
  }

  Slope slope_at(const Eigen::VectorXd& weights) const {
    Slope slope = sum_by_blocks(
        observations_.size(), Slope(size_), cores_,
        [&](std::size_t first, std::size_t last, Slope& sums) {
          const auto begin = static_cast<Eigen::Index>(first);
          const auto count = static_cast<Eigen::Index>(last - first);
          const auto x = seen_.middleRows(begin, count);
          const auto outcome = outcome_.segment(begin, count).array();
          const Eigen::ArrayXd log_odds = (x * weights).array();
          const Eigen::ArrayXd of_far = (-log_odds.abs()).exp();  // never overflows
          // ln(1 + e^x) - y x
          sums.loss += (log_odds.max(0.0) + of_far.log1p() - outcome * log_odds).sum();
          const Eigen::ArrayXd p = (log_odds >= 0).select(1 / (1 + of_far), of_far / (1 + of_far));
          sums.gradient.noalias() += x.transpose() * (p - outcome).matrix();
          const Eigen::MatrixXd weighed = (p * (1 - p)).matrix().asDiagonal() * x;
          sums.curvature.noalias() += x.transpose() * weighed;
        });
    const Eigen::VectorXd penalised = weights.tail(size_ - 1);
    slope.loss += ridge_ / 2 * penalised.squaredNorm();
    slope.gradient.tail(size_ - 1) += ridge_ * penalised;
    slope.curvature.diagonal().tail(size_ - 1).array() += ridge_;
    return slope;
  }

  const Observations& observations_;
  double ridge_;
  Weights signs_;
  const Cores& cores_;
  Eigen::Index size_;
  std::vector<LogisticModel::Term> terms_;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> seen_;
  Eigen::VectorXd outcome_;
};

}  // namespace

double LogisticModel::log_odds(std::span<const float> row) const {
  double sum = intercept;
  for (std::size_t feature = 0; feature < terms.size(); ++feature) {
    sum += part(feature, double{row[feature]});
  }
  return sum;
}

double probability_of(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

LogisticModel fit_logistic(const Observations& observations, double ridge, const Cores& cores,
                           Weights weights) {
  CHECK(observations.size() > 0 &&
        observations.values.size() == observations.size() * observations.features);
  return Fit(observations, ridge, weights, cores).model();
}

std::vector<std::vector<double>> redraw_weights(const Observations& observations,
                                                std::span<const std::uint32_t> group,
                                                const LogisticModel& model, double ridge,
                                                Weights weights, int draws, Random random,
                                                const Cores& cores) {
  CHECK(group.size() == observations.size() && std::ranges::is_sorted(group));
  return Fit(observations, ridge, weights, cores).redrawn(model, group, draws, random);
}

double fit_shift(std::span<const double> log_odds, std::span<const std::uint8_t> outcome) {
  CHECK(log_odds.size() == outcome.size());
  double shift = 0;
  for (int step = 0; step < kMostSteps; ++step) {
    double gradient = shift;  // of the prior
    double curvature = 1;
    for (std::size_t at = 0; at < log_odds.size(); ++at) {
      const double p = probability_of(log_odds[at] + shift);
      gradient += p - outcome[at];
      curvature += p * (1 - p);
    }
    // The curvature is at least 1, and the loss is convex: a bounded step cannot run away.
    const double move = std::clamp(gradient / curvature, -1.0, 1.0);
    shift -= move;
    if (std::abs(move) < kSettledStep) break;
  }
  return shift;
}

}  // namespace tidemark
