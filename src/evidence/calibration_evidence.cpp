#include "evidence/calibration_evidence.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace tidemark {
namespace {

constexpr std::size_t kDraws = 200;

/// The middle 95 % of some cuts.
std::optional<CutInterval> middle_of(std::vector<std::int64_t> cuts) {
  if (cuts.empty()) return std::nullopt;
  std::ranges::sort(cuts);
  const auto at = [&](std::size_t thousandths) {
    return Points{cuts[(cuts.size() - 1) * thousandths / 1000]};
  };
  return CutInterval{at(25), at(975)};
}

void draw_cuts(const Calibration& calibration, std::span<const CalibrationSamples> by_account,
               const Cores& cores, CalibrationEvidence& evidence) {
  Random seeds(static_cast<std::uint64_t>(calibration.day.number));
  std::vector<std::uint64_t> seed_of_draw(kDraws);
  for (std::uint64_t& seed : seed_of_draw) seed = seeds.bits();
  std::vector<std::optional<Cuts>> drawn(kDraws);
  cores.for_ranges(kDraws, 1, [&](std::size_t first, std::size_t last, unsigned) {
    for (std::size_t draw = first; draw < last; ++draw) {
      Random random(seed_of_draw[draw]);
      CalibrationSamples samples;
      for (std::size_t at = 0; at < by_account.size(); ++at) {
        samples.add(by_account[static_cast<std::size_t>(
            random.below(static_cast<int>(by_account.size())))]);
      }
      drawn[draw] = calibrate(calibration.day, std::move(samples)).cuts;
    }
  });
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> high;
  for (const std::optional<Cuts>& cuts : drawn) {
    if (!cuts) continue;
    low.push_back(cuts->low.milli);
    high.push_back(cuts->high.milli);
  }
  evidence.draws = static_cast<int>(low.size());
  evidence.low_cut = middle_of(std::move(low));
  evidence.high_cut = middle_of(std::move(high));
}

}  // namespace

SilenceRate silence_rate(std::int64_t left, std::int64_t all) {
  if (all == 0) return {};
  constexpr double kZ = 1.959963984540054;  // of the normal distribution's middle 95 %
  const auto n = static_cast<double>(all);
  const double share = static_cast<double>(left) / n;
  const double spread = 1 + kZ * kZ / n;
  const double middle = (share + kZ * kZ / (2 * n)) / spread;
  const double half = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n)) / spread;
  return {left, all, share, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::vector<RiskStretch> risk_curve(const std::vector<std::int64_t>& left,
                                    const std::vector<std::int64_t>& stayed) {
  std::vector<std::pair<std::int64_t, bool>> snapshots;
  for (const std::int64_t points : left) snapshots.emplace_back(points, true);
  for (const std::int64_t points : stayed) snapshots.emplace_back(points, false);
  std::ranges::sort(snapshots);

  struct Block {
    std::int64_t from, to, left, all;
  };
  std::vector<Block> blocks;
  // Whether the later block has no lower rate: then the two are one.
  const auto must_merge = [](const Block& earlier, const Block& later) {
    return later.left * earlier.all >= earlier.left * later.all;
  };
  for (std::size_t at = 0; at < snapshots.size();) {
    Block block{snapshots[at].first, snapshots[at].first, 0, 0};
    for (; at < snapshots.size() && snapshots[at].first == block.from; ++at) {
      block.left += snapshots[at].second ? 1 : 0;
      block.all += 1;
    }
    while (!blocks.empty() && must_merge(blocks.back(), block)) {
      block = {blocks.back().from, block.to, blocks.back().left + block.left,
               blocks.back().all + block.all};
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  std::vector<RiskStretch> curve;
  for (const Block& block : blocks) {
    curve.push_back({Points{block.from}, Points{block.to}, silence_rate(block.left, block.all)});
  }
  return curve;
}

CalibrationEvidence gather_evidence(const Calibration& calibration,
                                    std::span<const CalibrationSamples> by_account,
                                    const Cores& cores) {
  CHECK(calibration.cuts.has_value());
  CalibrationSamples all;
  for (const CalibrationSamples& samples : by_account) all.add(samples);
  const Cuts cuts = *calibration.cuts;
  const auto rate_between = [&](std::int64_t above, std::int64_t up_to) {
    const auto count = [&](const std::vector<std::int64_t>& sample) {
      return std::ranges::count_if(
          sample, [&](std::int64_t points) { return above < points && points <= up_to; });
    };
    const auto left = count(all.left);
    return silence_rate(left, left + count(all.stayed));
  };
  constexpr std::int64_t kEndless = std::numeric_limits<std::int64_t>::max();
  CalibrationEvidence evidence;
  evidence.curve = risk_curve(all.left, all.stayed);
  evidence.low = rate_between(-1, cuts.low.milli);
  evidence.medium = rate_between(cuts.low.milli, cuts.high.milli);
  evidence.high = rate_between(cuts.high.milli, kEndless);
  evidence.above_low = rate_between(cuts.low.milli, kEndless);
  draw_cuts(calibration, by_account, cores, evidence);
  return evidence;
}

}  // namespace tidemark
