#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text_pattern.h"
#include "model/property.h"
#include "model/rule.h"

namespace tidemark {

/// Whether a condition holds for the properties. A text counts as a number or a boolean where it is
/// compared with one and spelled as one, since CSV files have only texts.
bool holds(const Condition& condition, const Properties& properties);

/// The number a property counts as; none where it is none.
std::optional<double> number_of(const PropertyValue& value);

/// Whether the property is true, or the text `true`.
bool is_true(const PropertyValue& value);

/// A rule made ready to be asked about many events.
class RuleMatcher {
 public:
  explicit RuleMatcher(const Rule& rule);

  /// How events of a name stand to the rule, whatever their properties.
  enum class OfName : std::uint8_t { never, depends, always };
  OfName of_name(std::string_view event) const;

  bool matches(std::string_view event, const Properties& properties) const;

 private:
  struct Pattern {
    EventPattern text;
    std::optional<Regex> name;
    bool fits_name(std::string_view event) const;
  };

  std::vector<Pattern> patterns_;
};

}  // namespace tidemark
