#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidemark {

/// Gives each text a number, in order of first sight, and keeps those that are new since last
/// asked.
class NumberedNames {
 public:
  explicit NumberedNames(const std::vector<std::string>& known) {
    for (const std::string& name : known) numbers_.emplace(name, numbers_.size());
  }

  std::size_t number_of(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    const std::size_t number = numbers_.size();
    numbers_.emplace(name, number);
    new_names_.emplace_back(name);
    return number;
  }
  bool knows(std::string_view name) const { return numbers_.contains(name); }
  std::size_t size() const { return numbers_.size(); }

  /// The names that came since the last call, in order of their numbers.
  std::vector<std::string> take_new() { return std::exchange(new_names_, {}); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> numbers_;
  std::vector<std::string> new_names_;
};

}  // namespace tidemark
