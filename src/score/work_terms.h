#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/day.h"
#include "model/activity.h"

namespace tidemark {

/// What the members of a run have to agree on.
struct WorkTerms {
  std::string version;     // of the program
  std::string definition;  // its hash
  Day until;
  Day finished;  // the last day that has ended, as the one that leads sees it
  bool is_recalibrated = false;
  bool is_anew = false;              // whatever was published
  std::vector<AccountRange> shares;  // a member each

  std::string json() const;
  /// None where it is not what another Tidemark wrote.
  static std::optional<WorkTerms> parse(const std::string& json);
};

}  // namespace tidemark
