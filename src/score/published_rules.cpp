#include "score/published_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "scoring/display.h"
#include "wire/definition_json.h"

namespace tidemark {

std::optional<std::uint8_t> RulesOfDay::display(Points points) const {
  const auto shown_as_50 = reference();
  return shown_as_50 ? std::optional(display_of(points, *shown_as_50)) : std::nullopt;
}

Result<PublishedRules> PublishedRules::load(Store& store) {
  PublishedRules rules;
  auto days = store.published_days();
  if (!days) return days.error();
  rules.days_ = *std::move(days);
  auto calibrations = store.calibrations();
  if (!calibrations) return calibrations.error();
  rules.calibrations_ = *std::move(calibrations);
  for (const PublishedDay& day : rules.days_) {
    const auto has_calibration = [&](const Calibration& one) { return one.day == day.calibration; };
    if (day.calibration && std::ranges::none_of(rules.calibrations_, has_calibration)) {
      return Error{
          ErrorKind::corrupt_data,
          fmt::format("the store is damaged: the calibration of {} is missing", day_text(day.day))};
    }
    if (rules.definitions_.contains(day.definition)) continue;
    const auto version = store.definition(day.definition);
    if (!version) return version.error();
    if (!version->has_value()) {
      return Error{
          ErrorKind::corrupt_data,
          fmt::format("the store is damaged: the definition of {} is missing", day_text(day.day))};
    }
    auto definition = parse_canonical_definition((*version)->canonical);
    if (!definition) return definition.error();
    rules.definitions_.emplace(day.definition, *std::move(definition));
  }
  return rules;
}

const PublishedDay* PublishedRules::find(Day day) const {
  const auto found = std::ranges::lower_bound(days_, day, {}, &PublishedDay::day);
  return found != days_.end() && found->day == day ? &*found : nullptr;
}

RulesOfDay PublishedRules::of(const PublishedDay& day) const {
  const Calibration* calibration = nullptr;
  if (day.calibration) {
    const auto found = std::ranges::find(calibrations_, *day.calibration, &Calibration::day);
    CHECK(found != calibrations_.end());
    calibration = &*found;
  }
  return {definitions_.at(day.definition), calibration};
}

std::optional<RulesOfDay> PublishedRules::on(Day day) const {
  const PublishedDay* published = find(day);
  return published != nullptr ? std::optional<RulesOfDay>(of(*published)) : std::nullopt;
}

Result<const PublishedDay*> PublishedRules::day_or_last(std::optional<Day> day) const {
  if (days_.empty()) {
    return Error{ErrorKind::not_found, "nothing is scored yet; run tidemark score"};
  }
  const PublishedDay* found = find(day.value_or(days_.back().day));
  if (found != nullptr) return found;
  return Error{ErrorKind::not_found,
               fmt::format("{} is not published; the days from {} to {} are", day_text(*day),
                           day_text(days_.front().day), day_text(days_.back().day))};
}

}  // namespace tidemark
