#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tidemark {

/// Inner objects are absent as values; they are looked into. Of a list only the texts are kept.
using PropertyValue =
    std::variant<std::monostate, bool, double, std::string, std::vector<std::string>>;

/// The properties of one event, account or user.
class Properties {
 public:
  virtual ~Properties() = default;

  /// The value of the property of that whole name, else along the name's dots into inner objects;
  /// absent where it is not there or null.
  virtual PropertyValue value_of(std::string_view name) const = 0;
};

}  // namespace tidemark
