#include "api/parameters.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "wire/did_you_mean.h"

namespace tidemark {

Parameters::Parameters(const HttpRequest& request) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view field = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), field.size() + 1));
    if (field.empty()) continue;
    const auto equals = std::min(field.find('='), field.size());
    fields_.push_back({decoded_form_text(field.substr(0, equals)),
                       decoded_form_text(field.substr(std::min(field.size(), equals + 1)))});
  }
}

std::vector<std::string> Parameters::whole_texts(std::string_view name) {
  known_.push_back(name);
  std::vector<std::string> values;
  for (Field& field : fields_) {
    if (field.name != name) continue;
    field.is_read = true;
    values.push_back(field.value);
  }
  return values;
}

std::string Parameters::text(std::string_view name) {
  const auto values = whole_texts(name);
  if (values.size() > 1) is_wrong(name, "it is there more than once");
  return values.empty() ? "" : values.front();
}

std::vector<std::string> Parameters::texts(std::string_view name) {
  std::vector<std::string> parts;
  for (const std::string& value : whole_texts(name)) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), part.size() + 1));
      if (!part.empty()) parts.emplace_back(part);
    }
  }
  return parts;
}

std::optional<Day> Parameters::day(std::string_view name) {
  const std::string value = text(name);
  if (value.empty()) return std::nullopt;
  const auto day = parse_day(value);
  if (!day) is_wrong(name, fmt::format("\"{}\" is no day like 2026-03-17", value));
  return day;
}

std::int64_t Parameters::number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                std::int64_t most) {
  const std::string value = text(name);
  if (value.empty()) return otherwise;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (problem != std::errc() || end != value.data() + value.size() || number < least ||
      number > most) {
    is_wrong(name, fmt::format("\"{}\" is no whole number from {} to {}", value, least, most));
    return otherwise;
  }
  return number;
}

std::vector<Level> Parameters::levels(std::string_view name) {
  static constexpr std::array<std::string_view, kLevelCount> kNames = {
      "high", "medium", "low", "engaged", "none", "inactive"};
  std::vector<Level> levels;
  for (const std::string& word : texts(name)) {
    if (const auto level = level_named(word)) {
      levels.push_back(*level);
    } else {
      is_wrong(name, fmt::format("\"{}\": {}", word, did_you_mean(word, kNames)));
    }
  }
  return levels;
}

std::size_t Parameters::word(std::string_view name, std::span<const std::string_view> words,
                             std::size_t otherwise) {
  const std::string value = text(name);
  if (value.empty()) return otherwise;
  const auto found = std::ranges::find(words, value);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  is_wrong(name, fmt::format("\"{}\": {}", value, did_you_mean(value, words)));
  return otherwise;
}

void Parameters::is_wrong(std::string_view name, std::string detail) {
  wrong_.push_back({fmt::format("/query/{}", name), std::move(detail)});
}

std::string Parameters::others(std::string_view name) const {
  std::string query;
  for (const Field& field : fields_) {
    if (field.name == name) continue;
    query += encoded_form_text(field.name) + "=" + encoded_form_text(field.value) + "&";
  }
  return query;
}

std::optional<HttpReply> Parameters::refusal() {
  for (const Field& field : fields_) {
    if (field.is_read) continue;
    is_wrong(field.name, known_.empty() ? "nothing is asked of a query here"
                                        : did_you_mean(field.name, known_));
  }
  if (wrong_.empty()) return std::nullopt;
  return problem(
      400, fmt::format("{}: {}", wrong_.front().pointer.substr(7), wrong_.front().detail), wrong_);
}

Body::Body(const HttpRequest& request)
    : json_(parse_body(request.body)), is_json_(json_.is_object()) {}

const Json* Body::find(const std::string& name) {
  known_.push_back(name);
  if (!is_json_) return nullptr;
  const auto found = json_.find(name);
  return found == json_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> Body::text(const std::string& name) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return value->get<std::string>();
  is_wrong(name, "it is no text");
  return std::nullopt;
}

std::string Body::needed_text(const std::string& name, std::size_t most) {
  const std::size_t wrong_before = wrong_.size();
  const std::string value = text(name).value_or("");
  if (value.empty() && wrong_.size() == wrong_before) is_wrong(name, "it is missing");
  if (value.size() > most) is_wrong(name, fmt::format("it is longer than {} bytes", most));
  return value;
}

std::optional<bool> Body::truth(const std::string& name) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  is_wrong(name, "it is neither true nor false");
  return std::nullopt;
}

std::optional<Day> Body::day(const std::string& name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto day = parse_day(*value);
  if (!day) is_wrong(name, fmt::format("\"{}\" is no day like 2026-03-17", *value));
  return day;
}

std::vector<std::string> Body::texts(const std::string& name) {
  const Json* const value = find(name);
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  const bool is_list = value->is_array() &&
                       std::ranges::all_of(*value, [](const Json& one) { return one.is_string(); });
  if (!is_list) {
    is_wrong(name, "it is no list of texts");
    return texts;
  }
  for (const Json& one : *value) texts.push_back(one.get<std::string>());
  return texts;
}

void Body::is_wrong(const std::string& name, std::string detail) {
  wrong_.push_back({"/body/" + name, std::move(detail)});
}

std::optional<HttpReply> Body::refusal() {
  if (!is_json_) return problem(400, "the body is no JSON object");
  const std::vector<std::string_view> known(known_.begin(), known_.end());
  for (const auto& [name, value] : json_.items()) {
    if (std::ranges::find(known, name) == known.end()) {
      is_wrong(name, did_you_mean(name, known));
    }
  }
  if (wrong_.empty()) return std::nullopt;
  return problem(
      400, fmt::format("{}: {}", wrong_.front().pointer.substr(6), wrong_.front().detail), wrong_);
}

}  // namespace tidemark
