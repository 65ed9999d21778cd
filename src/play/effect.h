#pragma once

#include <span>

#include "evidence/calibration_evidence.h"
#include "model/play.h"
#include "score/loaded_activity.h"

namespace tidemark {

/// What became of accounts 30 days after a play was due for them.
struct PlayOutcomes {
  SilenceRate silent;        // of those whose 30 days have passed
  std::int64_t as_high = 0;  // of them: on the same level then, or a higher one
};

/// Whether a play helps: accounts it came to against those held out.
struct PlayEffect {
  PlayOutcomes treated;
  PlayOutcomes held_out;
  /// How much rarer silence was among the treated, as a share, with a 95 % interval (Newcombe 1998,
  /// method 10); none while an arm has fewer than `kFewest` accounts.
  struct Difference {
    double share = 0;
    double least = 0;
    double most = 0;
  };
  std::optional<Difference> rarer;
  std::string verdict;  // in words

  static constexpr std::int64_t kFewest = 20;
};

/// Of the firings of one play, by what was published and, of silence, by what is known of the 30
/// days after each, whatever the definition's window. Fails with `not_found` where nothing is
/// published.
Result<PlayEffect> effect_of(Store& store, std::span<const PlayFiring> firings, const Cores& cores);

/// The interval of `a - b`.
PlayEffect::Difference difference_of(const SilenceRate& a, const SilenceRate& b);

}  // namespace tidemark
