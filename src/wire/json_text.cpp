#include "wire/json_text.h"

#include <algorithm>

#include <simdjson.h>
#include <nlohmann/json.hpp>

namespace tidemark {

void append_json_text(std::string& json, std::string_view text) {
  const bool is_plain = std::ranges::all_of(text, [](char character) {
    return character >= ' ' && character < '\x7f' && character != '"' && character != '\\';
  });
  if (is_plain) {
    json += '"';
    json += text;
    json += '"';
  } else {
    json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

bool is_json_object(std::string_view text) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element element;
  const auto problem = parser.parse(text.data(), text.size(), true).get(element);
  if (problem == simdjson::SUCCESS) return element.is_object();
  return problem == simdjson::NUMBER_ERROR && with_readable_numbers(text).has_value();
}

std::optional<std::string> with_readable_numbers(std::string_view object) {
  const auto json = nlohmann::ordered_json::parse(object, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace tidemark
