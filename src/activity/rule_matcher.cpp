#include "activity/rule_matcher.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/decimal.h"

namespace tidemark {
namespace {

bool is_same(const PropertyValue& value, const Comparand& wanted) {
  if (const auto* text = std::get_if<std::string>(&wanted)) {
    const auto* found = std::get_if<std::string>(&value);
    return found != nullptr && *found == *text;
  }
  if (const auto* number = std::get_if<double>(&wanted)) return number_of(value) == *number;
  const bool is_wanted = std::get<bool>(wanted);
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean == is_wanted;
  const auto* text = std::get_if<std::string>(&value);
  return text != nullptr && *text == (is_wanted ? "true" : "false");
}

bool contains(const PropertyValue& value, const std::string& wanted) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return text->find(wanted) != std::string::npos;
  }
  const auto* list = std::get_if<std::vector<std::string>>(&value);
  return list != nullptr && std::ranges::find(*list, wanted) != list->end();
}

/// Expressions are few and used over and over; each thread compiles each once.
const Regex& compiled(const std::string& expression) {
  thread_local std::map<std::string, Regex> known;
  const auto found = known.find(expression);
  if (found != known.end()) return found->second;
  auto regex = Regex::compile(expression);
  CHECK(regex);  // a definition holds only what compiles
  return known.emplace(expression, *std::move(regex)).first->second;
}

}  // namespace

std::optional<double> number_of(const PropertyValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return decimal_number(*text);
  return std::nullopt;
}

bool is_true(const PropertyValue& value) { return is_same(value, Comparand(true)); }

bool holds(const Condition& condition, const Properties& properties) {
  const PropertyValue value = properties.value_of(condition.property);
  const Comparand& wanted = condition.wanted.front();
  switch (condition.test) {
    case PropertyTest::is:
      return is_same(value, wanted);
    case PropertyTest::is_not:
      return !is_same(value, wanted);
    case PropertyTest::one_of:
      return std::ranges::any_of(condition.wanted,
                                 [&](const Comparand& one) { return is_same(value, one); });
    case PropertyTest::contains:
      return contains(value, std::get<std::string>(wanted));
    case PropertyTest::matches: {
      const auto* text = std::get_if<std::string>(&value);
      return text != nullptr && compiled(std::get<std::string>(wanted)).is_found_in(*text);
    }
    case PropertyTest::at_least:
      return number_of(value) >= std::get<double>(wanted);  // none is below every number
    case PropertyTest::at_most: {
      const auto number = number_of(value);
      return number && *number <= std::get<double>(wanted);
    }
    case PropertyTest::exists:
      return std::holds_alternative<std::monostate>(value) != std::get<bool>(wanted);
  }
  check_failed("a test without a meaning");
}

RuleMatcher::RuleMatcher(const Rule& rule) {
  for (const EventPattern& pattern : rule.any) {
    patterns_.push_back({pattern, std::nullopt});
    if (pattern.name_test == NameTest::matches) patterns_.back().name = compiled(pattern.name);
  }
}

bool RuleMatcher::Pattern::fits_name(std::string_view event) const {
  switch (text.name_test) {
    case NameTest::is:
      return event == text.name;
    case NameTest::starts_with:
      return event.starts_with(text.name);
    case NameTest::matches:
      return name->is_found_in(event);
  }
  check_failed("a name test without a meaning");
}

RuleMatcher::OfName RuleMatcher::of_name(std::string_view event) const {
  OfName most = OfName::never;
  for (const Pattern& pattern : patterns_) {
    if (!pattern.fits_name(event)) continue;
    if (!pattern.text.reads_properties()) return OfName::always;
    most = OfName::depends;
  }
  return most;
}

bool RuleMatcher::matches(std::string_view event, const Properties& properties) const {
  return std::ranges::any_of(patterns_, [&](const Pattern& pattern) {
    const auto is_met = [&](const Condition& condition) { return holds(condition, properties); };
    return pattern.fits_name(event) && std::ranges::all_of(pattern.text.where, is_met) &&
           std::ranges::none_of(pattern.text.unless, is_met);
  });
}

}  // namespace tidemark
