#pragma once

#include "evidence/silence_model.h"
#include "score/account_listing.h"
#include "score/loaded_activity.h"

namespace tidemark {

/// How likely an account is to be silent for the next 30 days, and why.
struct RiskOfAccount {
  ListedAccount listed;
  SilenceSigns signs;
  double probability = 0;
  std::array<double, kSilenceSigns> parts{};  // of the log-odds; by the curve none
  SilenceRate similar;                        // what came of accounts like this
  std::optional<double> value;                // of the property asked for

  /// What the list is ordered by: what may be lost, or where no value is asked for the probability.
  double at_stake = 0;
};

/// The accounts with activity in the last 30 days, by what is at stake.
struct RiskReport {
  Day day;
  std::optional<SilenceModel> model;  // none: by the curve of silence over points
  std::int64_t left = 0;              // snapshots it rests on
  std::int64_t stayed = 0;
  std::vector<std::string> properties;  // listed of each account
  std::vector<RiskOfAccount> accounts;  // what is most at stake first, then by id
};

/// What to say of which accounts: `accounts` lists them, with these properties; `value` is one of
/// them. Where none is named but `by_points` is set, what is at stake is the points an account has,
/// or had before the trend's days, whichever is more.
struct RiskQuestion {
  AccountListing accounts;
  std::vector<std::string> properties;
  std::optional<std::string> value;
  bool by_points = false;
};

/// The same from activity that is at hand, as the definition of the day counts it.
Result<RiskReport> report_risk(RiskQuestion question, const Definition& definition,
                               const LoadedActivity& activity, const Cores& cores);

/// As of a published day, from what was known then. `query` says which accounts; `value` names a
/// property with a number, such as the revenue of an account. Fails with `not_found` where too few
/// were ever silent to say anything, naming how many are missing.
Result<RiskReport> report_risk(Store& store, AccountQuery query,
                               const std::optional<std::string>& value, TimeZone zone,
                               const Cores& cores);

/// The properties to list so that the value is among them.
std::vector<std::string> with_value(std::vector<std::string> properties,
                                    const std::optional<std::string>& value);

/// The sign that speaks most for silence, in words; empty where none does.
std::string reason_of(const RiskOfAccount& account);

}  // namespace tidemark
