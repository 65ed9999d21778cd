#include "collect/json_records.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <simdjson.h>

#include "wire/json_text.h"

namespace tidemark {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::size_t kLinesToLearnFrom = 100;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// The members of a value that is an object.
object object_of(const element& value) {
  object members;
  CHECK(value.get(members) == simdjson::SUCCESS);
  return members;
}

/// A key as a part of a JSON pointer.
std::string pointer_part(std::string_view key) {
  std::string part = "/";
  for (const char character : key) {
    if (character == '~') {
      part += "~0";
    } else if (character == '/') {
      part += "~1";
    } else {
      part += character;
    }
  }
  return part;
}

/// A value as the text of a field: strings as they are, null as nothing, the rest as it is written
/// in JSON.
std::string text_of(const element& value) {
  switch (value.type()) {
    case element_type::STRING:
      return std::string(value.get_string().value_unsafe());
    case element_type::NULL_VALUE:
      return "";
    case element_type::DOUBLE:
      return fmt::format("{}", value.get_double().value_unsafe());
    default:
      return simdjson::minify(value);
  }
}

}  // namespace

struct JsonRecords::Parser {
  simdjson::dom::parser parser;
  std::string readable;             // a line whose numbers had to be written otherwise
  std::set<std::string> top_level;  // keys seen
  std::vector<std::pair<std::string, Field>> fields_of_keys;
  std::vector<std::pair<std::string, Field>> inner;  // by JSON pointer
  std::array<std::string, kFieldCount> texts;
  std::array<bool, kFieldCount> is_nested{};

  void set(Field field, const element& value) {
    texts[static_cast<std::size_t>(field)] = text_of(value);
    is_nested[static_cast<std::size_t>(field)] = value.is_object() || value.is_array();
  }
  std::string other_members;

  std::optional<Field> field_of_key(std::string_view key) const {
    for (const auto& [known, field] : fields_of_keys) {
      if (known == key) return field;
    }
    return std::nullopt;
  }
};

JsonRecords::JsonRecords(std::unique_ptr<ByteSource> bytes)
    : lines_(std::move(bytes)), parser_(std::make_unique<Parser>()) {}

JsonRecords::~JsonRecords() = default;

Result<std::unique_ptr<RecordReader>> JsonRecords::open(std::unique_ptr<ByteSource> bytes,
                                                        const std::string& name,
                                                        const ColumnWishes& wishes) {
  std::unique_ptr<JsonRecords> records(new JsonRecords(std::move(bytes)));
  if (auto read = records->read_keys(name, wishes); !read) return read.error();
  return std::unique_ptr<RecordReader>(std::move(records));
}

Result<void> JsonRecords::read_keys(const std::string& name, const ColumnWishes& wishes) {
  std::string sample;
  LineReader::Line line;
  std::map<std::string, std::string> pointers;  // of the inner columns
  const auto learn = [&](std::string column) {
    if (std::ranges::find(columns_, column) == columns_.end())
      columns_.push_back(std::move(column));
  };
  for (std::size_t at = 0; at < kLinesToLearnFrom; ++at) {
    const auto has_line = lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line) break;
    sample += line.text;
    element document;
    if (line.is_too_long ||
        parser_->parser.parse(line.text.data(), line.text.size(), true).get(document) !=
            simdjson::SUCCESS ||
        !document.is_object()) {
      continue;
    }
    const object members = object_of(document);
    for (const auto& [key, value] : members) {
      learn(std::string(key));
      parser_->top_level.insert(std::string(key));
      if (!value.is_object()) continue;
      const object inner_members = object_of(value);
      for (const auto& [inner_key, inner] : inner_members) {
        if (inner.is_object() || inner.is_array()) continue;
        std::string column = fmt::format("{}.{}", key, inner_key);
        pointers.emplace(column, pointer_part(key) + pointer_part(inner_key));
        learn(std::move(column));
      }
    }
  }
  lines_.put_back(std::move(sample), 1);
  // Dotted names are found only when chosen: an inner "event" is not the event.
  std::vector<std::string> visible;
  for (const std::string& column : columns_) {
    const bool is_chosen =
        std::ranges::find(wishes.chosen, column, &MappedColumn::column) != wishes.chosen.end();
    if (is_chosen || column.find('.') == std::string::npos) visible.push_back(column);
  }
  columns_ = std::move(visible);
  if (columns_.empty()) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("{}: none of the first {} lines is a JSON object; write one object a line",
                    name, kLinesToLearnFrom)};
  }
  auto mapping = FieldMapping::find(columns_, wishes);
  if (!mapping) {
    return Error{mapping.error().kind, fmt::format("{}: {}", name, mapping.error().message)};
  }
  mapping_ = *mapping;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    const auto field = mapping_.field_of(at);
    if (!field) continue;
    if (parser_->top_level.contains(columns_[at])) {
      parser_->fields_of_keys.emplace_back(columns_[at], *field);
    } else {
      parser_->inner.emplace_back(pointers[columns_[at]], *field);
    }
  }
  return {};
}

Result<Reading> JsonRecords::next() {
  LineReader::Line line;
  do {
    const auto has_line = lines_.next(line);
    if (!has_line) return has_line.error();
    if (!*has_line) return Reading(EndOfFile{});
  } while (is_blank(line.text));
  return read_line(line);
}

Reading JsonRecords::read_line(const LineReader::Line& line) {
  std::string_view text = line.text;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (line.is_too_long) {
    return Reject{line.number, "", "", RejectReason::row_too_long, shortened(text)};
  }
  element document;
  auto problem = parser_->parser.parse(text.data(), text.size(), true).get(document);
  if (problem == simdjson::NUMBER_ERROR) {
    parser_->readable = with_readable_numbers(text).value_or("");
    problem = parser_->parser.parse(parser_->readable).get(document);
  }
  if (problem != simdjson::SUCCESS || !document.is_object()) {
    const bool is_utf8 = simdjson::validate_utf8(text.data(), text.size());
    return Reject{line.number, "", "",
                  is_utf8 ? RejectReason::malformed_json : RejectReason::not_utf8, shortened(text)};
  }
  Record record;
  record.line = line.number;
  record.text = text;
  for (std::string& field : parser_->texts) field.clear();
  std::string& others = parser_->other_members;
  others.clear();
  const object members = object_of(document);
  for (const auto& [key, value] : members) {
    if (const auto field = parser_->field_of_key(key)) {
      parser_->set(*field, value);
      continue;
    }
    if (!others.empty()) others += ',';
    append_json_text(others, key);
    others += ':';
    others += std::string(simdjson::minify(value));
  }
  for (const auto& [pointer, field] : parser_->inner) {
    element value;
    if (document.at_pointer(pointer).get(value) == simdjson::SUCCESS) {
      parser_->set(field, value);
    }
  }
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    const std::string& field = parser_->texts[at];
    record.fields[at] = field;
    if (!field.empty() && parser_->is_nested[at] && static_cast<Field>(at) != Field::properties) {
      return Reject{line.number, std::string(kFieldNames[at]), shortened(field),
                    RejectReason::nested_field, shortened(text)};
    }
  }
  record.other_members = others;
  return record;
}

}  // namespace tidemark
