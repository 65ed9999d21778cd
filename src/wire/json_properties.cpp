#include "wire/json_properties.h"

#include <simdjson.h>

#include "wire/json_text.h"

namespace tidemark {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

PropertyValue value_in(const element& json) {
  switch (json.type()) {
    case simdjson::dom::element_type::BOOL:
      return bool{json};
    case simdjson::dom::element_type::INT64:
    case simdjson::dom::element_type::UINT64:
    case simdjson::dom::element_type::DOUBLE:
      return double{json};
    case simdjson::dom::element_type::STRING:
      return std::string(std::string_view(json));
    case simdjson::dom::element_type::ARRAY: {
      std::vector<std::string> texts;
      for (const element& item : simdjson::dom::array(json)) {
        if (item.is_string()) texts.emplace_back(std::string_view(item));
      }
      return texts;
    }
    case simdjson::dom::element_type::OBJECT:
    case simdjson::dom::element_type::NULL_VALUE:
      return {};
  }
  return {};
}

PropertyValue look_up(const object& members, std::string_view name) {
  element found;
  if (members.at_key(name).get(found) == simdjson::SUCCESS) return value_in(found);
  const auto dot = name.find('.');
  object inner;
  if (dot == std::string_view::npos ||
      members.at_key(name.substr(0, dot)).get(inner) != simdjson::SUCCESS) {
    return {};
  }
  return look_up(inner, name.substr(dot + 1));
}

}  // namespace

struct JsonProperties::Parser {
  simdjson::dom::parser parser;
  std::string readable;
  object members;
  bool has_members = false;
};

JsonProperties::JsonProperties() : parser_(std::make_unique<Parser>()) {}
JsonProperties::~JsonProperties() = default;

void JsonProperties::read(std::string_view json) {
  parser_->has_members = false;
  if (json.empty()) return;
  element document;
  auto problem = parser_->parser.parse(json.data(), json.size(), true).get(document);
  if (problem == simdjson::NUMBER_ERROR) {
    parser_->readable = with_readable_numbers(json).value_or("");
    problem = parser_->parser.parse(parser_->readable).get(document);
  }
  parser_->has_members =
      problem == simdjson::SUCCESS && document.get(parser_->members) == simdjson::SUCCESS;
}

PropertyValue JsonProperties::value_of(std::string_view name) const {
  return parser_->has_members ? look_up(parser_->members, name) : PropertyValue();
}

PropertyValue property_value(std::string_view json) {
  simdjson::dom::parser parser;
  element document;
  if (json.empty() ||
      parser.parse(json.data(), json.size(), true).get(document) != simdjson::SUCCESS) {
    return {};
  }
  return value_in(document);
}

}  // namespace tidemark
