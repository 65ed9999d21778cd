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
  return parser.parse(text.data(), text.size(), true).get(element) == simdjson::SUCCESS &&
         element.is_object();
}

}  // namespace tidemark
