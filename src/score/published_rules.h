#pragma once

#include <map>

#include "scoring/level_ladder.h"
#include "store/store.h"

namespace tidemark {

/// The rules a day was published under.
struct RulesOfDay {
  const Definition& definition;
  const Calibration* calibration;  // null while there was none

  std::optional<Cuts> calibrated() const {
    return calibration != nullptr ? calibration->cuts : std::nullopt;
  }
  /// The points shown as 50; none while nothing says.
  std::optional<Points> reference() const { return reference_of(definition, calibrated()); }
  std::optional<LadderCuts> cuts() const { return ladder_cuts_of(definition, calibrated()); }
  /// Points on 0-100.
  std::optional<std::uint8_t> display(Points points) const;
};

/// Every published day, with what it was published under.
class PublishedRules {
 public:
  static Result<PublishedRules> load(Store& store);

  const std::vector<PublishedDay>& days() const { return days_; }  // oldest first
  const std::vector<Calibration>& calibrations() const { return calibrations_; }

  /// Null where the day is not published.
  const PublishedDay* find(Day day) const;
  RulesOfDay of(const PublishedDay& day) const;
  std::optional<RulesOfDay> on(Day day) const;

  /// The published day asked for, else the last. Fails with `not_found` where there is none, saying
  /// which are.
  Result<const PublishedDay*> day_or_last(std::optional<Day> day) const;

 private:
  std::vector<PublishedDay> days_;
  std::vector<Calibration> calibrations_;
  std::map<std::string, Definition> definitions_;  // by hash
};

}  // namespace tidemark
