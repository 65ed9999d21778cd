#include "base/text_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace tidemark {

Result<Regex> Regex::compile(const std::string& expression) {
  RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const RE2>(expression, options);
  if (!compiled->ok()) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("\"{}\" is no regular expression: {}", expression, compiled->error())};
  }
  return Regex(std::move(compiled));
}

bool Regex::is_found_in(std::string_view text) const { return RE2::PartialMatch(text, *compiled_); }

bool fits_glob(std::string_view pattern, std::string_view text) {
  const std::size_t first_star = pattern.find('*');
  if (first_star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, first_star))) return false;
  text.remove_prefix(first_star);
  pattern.remove_prefix(first_star + 1);
  // Between stars the first place that fits is as good as any other.
  for (std::size_t star = pattern.find('*'); star != std::string_view::npos;
       star = pattern.find('*')) {
    const std::size_t at = text.find(pattern.substr(0, star));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + star);
    pattern.remove_prefix(star + 1);
  }
  return text.ends_with(pattern);
}

}  // namespace tidemark
