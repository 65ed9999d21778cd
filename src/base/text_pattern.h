#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace tidemark {

/// A regular expression in RE2 syntax, which takes time in proportion to the text.
class Regex {
 public:
  /// Fails with `invalid_input` where the expression is none.
  static Result<Regex> compile(const std::string& expression);

  /// Whether it matches anywhere in the text.
  bool is_found_in(std::string_view text) const;

 private:
  explicit Regex(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

/// Whether the text is the pattern, in which each * stands for any text.
bool fits_glob(std::string_view pattern, std::string_view text);

}  // namespace tidemark
