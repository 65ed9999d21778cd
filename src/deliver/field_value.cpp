#include "deliver/field_value.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::string_view kProperty = "property.";
constexpr std::string_view kMap = "map ";
constexpr std::array<std::string_view, 6> kSources{"level", "score",  "points",
                                                   "since", "chance", "reason"};
constexpr std::array<std::string_view, 3> kTransforms{"upper", "lower", "title"};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// Calls `visit(from, to)` for each pair of `from=to, from=to` until one says true. False where one
/// of them is no pair.
template <class Visit>
bool each_pair(std::string_view pairs, const Visit& visit) {
  for (;;) {
    const auto comma = pairs.find(',');
    const std::string_view pair = pairs.substr(0, comma);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || trimmed(pair.substr(0, equals)).empty()) return false;
    if (visit(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)))) return true;
    if (comma == std::string_view::npos) return true;
    pairs.remove_prefix(comma + 1);
  }
}

std::string source_text(const AccountNews& news, std::string_view source) {
  if (source == "level") return std::string(level_name(news.level));
  if (source == "score") return news.score ? std::to_string(*news.score) : "";
  if (source == "points") return fmt::format("{}", static_cast<double>(news.points.milli) / 1000);
  if (source == "since") return day_text(news.since);
  if (source == "chance") return news.chance ? fmt::format("{:.0f}", *news.chance * 100) : "";
  if (source == "reason") return news.reason;
  const auto found = news.properties.find(source.substr(kProperty.size()));
  return found == news.properties.end() ? "" : found->second;
}

std::string transformed(std::string text, std::string_view transform) {
  const auto change = [](char& letter, int (*how)(int)) {
    letter = static_cast<char>(how(static_cast<unsigned char>(letter)));
  };
  if (transform.starts_with(kMap)) {
    std::string mapped = text;
    each_pair(transform.substr(kMap.size()), [&](std::string_view from, std::string_view to) {
      if (from != text) return false;
      mapped = to;
      return true;
    });
    return mapped;
  }
  if (transform == "upper") {
    for (char& letter : text) change(letter, &std::toupper);
  } else if (transform == "lower") {
    for (char& letter : text) change(letter, &std::tolower);
  } else if (transform == "title" && !text.empty()) {
    change(text.front(), &std::toupper);
  }
  return text;
}

}  // namespace

Result<FieldValue> FieldValue::parse(std::string_view text) {
  const auto bar = text.find('|');
  FieldValue value{std::string(trimmed(text.substr(0, bar)))};
  if (bar != std::string_view::npos) value.transform = trimmed(text.substr(bar + 1));
  const bool is_known = std::ranges::find(kSources, value.source) != kSources.end();
  if (!is_known && (!value.source.starts_with(kProperty) || value.property().empty())) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is no value: there are {} and property.NAME", value.source,
                             fmt::join(kSources, ", "))};
  }
  const bool is_plain = value.transform.empty() && bar == std::string_view::npos;
  const bool is_word = std::ranges::find(kTransforms, value.transform) != kTransforms.end();
  const std::string_view transform = value.transform;
  const bool is_map = transform.starts_with(kMap) &&
                      each_pair(transform.substr(kMap.size()),
                                [](std::string_view, std::string_view) { return false; });
  if (!is_plain && !is_word && !is_map) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} makes nothing of a value: write upper, lower, title or map "
                             "high=Hot, low=Cold behind the bar",
                             value.transform)};
  }
  return value;
}

std::string FieldValue::property() const {
  return source.starts_with(kProperty) ? source.substr(kProperty.size()) : "";
}

TableColumn::Type FieldValue::type() const {
  if (!transform.empty()) return TableColumn::Type::text;
  if (source == "since") return TableColumn::Type::day;
  const bool is_number = source == "score" || source == "points" || source == "chance";
  return is_number ? TableColumn::Type::number : TableColumn::Type::text;
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  return is_number && !text.empty() ? std::optional(number) : std::nullopt;
}

std::string FieldValue::of(const AccountNews& news) const {
  return transformed(source_text(news, source), transform);
}

}  // namespace tidemark
