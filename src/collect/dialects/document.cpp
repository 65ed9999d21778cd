#include "collect/dialects/document.h"

#include <fmt/format.h>

#include "wire/json_text.h"

namespace tidemark {

JsonDocument::JsonDocument(std::size_t most_nesting) {
  // More room is made as it is needed; the depth stays.
  constexpr std::size_t kFirstBytes = 4096;
  CHECK(parser_.allocate(kFirstBytes, most_nesting) == simdjson::SUCCESS);
}

Result<JsonValue> JsonDocument::read(std::string_view body) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
  JsonValue document;
  auto problem = parser_.parse(body.data(), body.size()).get(document);
  if (problem == simdjson::NUMBER_ERROR) {
    readable_ = with_readable_numbers(body).value_or("");
    problem = parser_.parse(readable_).get(document);
  }
  if (problem == simdjson::SUCCESS) return document;
  return Error{ErrorKind::invalid_input,
               fmt::format("the body is no JSON: {}", simdjson::error_message(problem))};
}

}  // namespace tidemark
