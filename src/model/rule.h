#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tidemark {

/// What a rule compares a property with.
using Comparand = std::variant<std::string, double, bool>;

/// How a condition looks at a property.
enum class PropertyTest : std::uint8_t {
  is,
  is_not,
  one_of,
  contains,
  matches,
  at_least,
  at_most,
  exists,
};

/// A condition on one property of an event. `wanted` holds one value, or several for `one_of`.
struct Condition {
  std::string property;
  PropertyTest test = PropertyTest::is;
  std::vector<Comparand> wanted;

  friend bool operator==(const Condition&, const Condition&) = default;
  friend auto operator<=>(const Condition&, const Condition&) = default;
};

/// How a rule looks at an event's name.
enum class NameTest : std::uint8_t { is, starts_with, matches };

/// Events of these names for which all of `where` and none of `unless` holds.
struct EventPattern {
  NameTest name_test = NameTest::is;
  std::string name;
  std::vector<Condition> where;   // sorted, each once
  std::vector<Condition> unless;  // likewise

  bool reads_properties() const { return !where.empty() || !unless.empty(); }

  friend bool operator==(const EventPattern&, const EventPattern&) = default;
  friend auto operator<=>(const EventPattern&, const EventPattern&) = default;
};

/// Which events count: those that fit at least one of the patterns. In its normal form, sorted and
/// each once, so that rules that say the same are equal.
struct Rule {
  std::vector<EventPattern> any;

  static Rule of_event(std::string name) { return {{{NameTest::is, std::move(name), {}, {}}}}; }

  /// Whether it means all events of one name and nothing else.
  bool is_plain() const {
    return any.size() == 1 && any.front().name_test == NameTest::is &&
           !any.front().reads_properties();
  }

  friend bool operator==(const Rule&, const Rule&) = default;
  friend auto operator<=>(const Rule&, const Rule&) = default;
};

}  // namespace tidemark
