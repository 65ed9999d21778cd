#include "score/risk_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "activity/rule_matcher.h"
#include "score/loaded_activity.h"

namespace tidemark {
namespace {

constexpr std::int64_t kLeastOfEachForCurve = 10;

/// Silence by points alone, where there is too little for a model (scoring.md §6).
class PointsCurve {
 public:
  static Result<PointsCurve> of(const ScoredActivity& scored, Day day, const Cores& cores) {
    const CalibrationSamples samples = take_samples(scored, day, cores);
    PointsCurve curve;
    curve.left = std::ssize(samples.left);
    curve.stayed = std::ssize(samples.stayed);
    if (curve.left < kLeastOfEachForCurve || curve.stayed < kLeastOfEachForCurve) {
      return Error{
          ErrorKind::not_found,
          fmt::format("too little is known to say who will leave: of the weekly snapshots of the "
                      "last months {} were followed by 30 silent days and {} were not; 10 of each "
                      "are needed, 40 for a model",
                      curve.left, curve.stayed)};
    }
    curve.stretches_ = risk_curve(samples.left, samples.stayed);
    return curve;
  }

  const SilenceRate& at(Points points) const {
    const auto after = std::ranges::upper_bound(stretches_, points, {}, &RiskStretch::from);
    return after == stretches_.begin() ? stretches_.front().rate : std::prev(after)->rate;
  }

  std::int64_t left = 0;
  std::int64_t stayed = 0;

 private:
  std::vector<RiskStretch> stretches_;
};

}  // namespace

std::vector<std::string> with_value(std::vector<std::string> properties,
                                    const std::optional<std::string>& value) {
  if (value && std::ranges::find(properties, *value) == properties.end()) {
    properties.push_back(*value);
  }
  return properties;
}

Result<RiskReport> report_risk(Store& store, AccountQuery query,
                               const std::optional<std::string>& value, TimeZone zone,
                               const Cores& cores) {
  query.properties = with_value(query.properties, value);
  auto listing = list_accounts(store, query, zone);
  if (!listing) return listing.error();
  const auto rules = PublishedRules::load(store);
  if (!rules) return rules.error();
  const Definition& definition = rules->on(listing->day)->definition;
  const auto activity = load_activity(store, definition, cores);
  if (!activity) return activity.error();
  return report_risk({*std::move(listing), query.properties, value, false}, definition, *activity,
                     cores);
}

Result<RiskReport> report_risk(RiskQuestion question, const Definition& definition,
                               const LoadedActivity& activity, const Cores& cores) {
  const ScoredActivity scored(activity.history, activity.signals, definition, activity.facts,
                              cores);
  const auto& [listing, properties, value, counts_points] = question;
  RiskReport report;
  report.day = listing.day;
  report.properties = properties;
  std::optional<PointsCurve> curve;
  const auto fitted = SilenceModel::fit(scored, report.day, cores);
  if (const auto* model = std::get_if<SilenceModel>(&fitted)) {
    report.model = *model;
    std::tie(report.left, report.stayed) = std::pair(model->left(), model->stayed());
  } else {
    auto by_points = PointsCurve::of(scored, report.day, cores);
    if (!by_points) return by_points.error();
    curve = *std::move(by_points);
    std::tie(report.left, report.stayed) = std::pair(curve->left, curve->stayed);
  }

  std::vector<AccountNumber> numbers;
  for (const ListedAccount& listed : listing.accounts) numbers.push_back(listed.account);
  const auto snapshots = silence_snapshots(scored, numbers, {report.day}, cores);
  auto listed = question.accounts.accounts.begin();
  for (const SilenceSnapshot& snapshot : snapshots) {
    while (listed->account != snapshot.account) ++listed;
    RiskOfAccount risk;
    risk.signs = snapshot.signs;
    if (report.model) {
      risk.probability = report.model->probability(snapshot.signs);
      risk.parts = report.model->parts(snapshot.signs);
      risk.similar = report.model->of_similar(snapshot.signs);
    } else {
      risk.similar = curve->at(listed->points);
      risk.probability = risk.similar.share;
    }
    if (value) {
      const auto place = std::ranges::find(properties, *value) - properties.begin();
      risk.value = number_of(listed->properties[static_cast<std::size_t>(place)]);
    }
    const Points had = std::max(listed->points, listed->points_before);
    risk.at_stake = value           ? risk.probability * risk.value.value_or(0)
                    : counts_points ? risk.probability * static_cast<double>(had.milli) / 1000
                                    : risk.probability;
    risk.listed = std::move(*listed);
    report.accounts.push_back(std::move(risk));
  }
  std::ranges::sort(report.accounts, {}, [](const RiskOfAccount& risk) {
    return std::tuple(-risk.at_stake, -risk.probability, std::string_view(risk.listed.id));
  });
  return report;
}

std::string reason_of(const RiskOfAccount& account) {
  const auto most = std::ranges::max_element(account.parts);
  if (*most <= 0) return "";
  switch (static_cast<SilenceSign>(most - account.parts.begin())) {
    case SilenceSign::habit:
      return fmt::format("habit of {:.1f} days",
                         static_cast<double>(account.signs.habit_milli_days) / 1000);
    case SilenceSign::tenure:
      return fmt::format("new: {} days", account.signs.tenure_days);
    case SilenceSign::recency:
      return fmt::format("silent {} days", account.signs.silent_days);
  }
  return "";
}

}  // namespace tidemark
