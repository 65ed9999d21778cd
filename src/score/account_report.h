#pragma once

#include "model/property.h"
#include "score/level_listing.h"
#include "score/score_listing.h"
#include "score/score_terms.h"
#include "scoring/points_by_action.h"

namespace tidemark {

/// The value an account's property has, and since when that is known.
struct StatedProperty {
  std::string name;
  PropertyValue value;
  std::optional<Day> since;  // none: from the beginning
};

/// What a user did in the window: every event that is not excluded, and those that are actions.
struct ActiveUser {
  std::string id;  // empty: events without a user
  std::int64_t events = 0;
  std::int64_t actions = 0;
  std::int64_t days = 0;
  Day last_day;
  std::string role;  // as stated
};

/// A step of the onboarding, and when it was done in time.
struct OnboardingStep {
  std::string event;
  std::optional<Day> done;
};

/// What the points of an earlier day came from.
struct EarlierTerms {
  Day day;
  std::vector<ScoreTerm> terms;  // none before the account's first day
};

/// Of which days to say what their points came from.
enum class TermsOf : std::uint8_t { last_day, every_day };

/// Everything about one account up to a day.
struct AccountReport {
  std::string id;
  Day day;
  int window_days = 0;  // of the definition it is told by
  Day first_active_day;
  std::optional<Day> last_active_day;
  std::optional<LevelOfDay> published;               // on `day`, where that day is published
  Day level_since;                                   // of the published level
  std::vector<ScoreOfDay> scores;                    // the last days, oldest first, `day` last
  std::vector<std::vector<ScoreTerm>> terms_by_day;  // of each of `scores`, where asked for
  std::vector<EarnedPoints> earned;                  // the terms of the points on `day`
  std::vector<Change> changes;                       // oldest first, up to `day`
  std::vector<ScoreTerm> terms;                      // of the points on `day`, the largest first
  std::vector<EarlierTerms> terms_before;  // of the two windows before, which have no day in common
  std::optional<Day> settled_from;         // none: not known to come
  std::vector<OnboardingStep> onboarding;
  std::vector<StatedProperty> properties;  // as of `day`, by name
  std::vector<ActiveUser> users;           // of the window of `day`, the most active first
};

/// Fails with `not_found` for an account nobody has heard of, naming ones that are spelled alike.
Result<AccountReport> report_account(Store& store, const std::string& id, Day day, int days,
                                     const Definition& definition,
                                     TermsOf terms = TermsOf::last_day);

}  // namespace tidemark
