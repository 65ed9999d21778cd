#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

/// Appends `text`, which is UTF-8 or has its bad bytes replaced, as a JSON string with its quotes.
void append_json_text(std::string& json, std::string_view text);

/// Whether `text` is one well-formed JSON object.
bool is_json_object(std::string_view text);

/// The same object with integers beyond 64 bits as floating-point numbers, which every parser
/// reads; none where it is no well-formed object.
std::optional<std::string> with_readable_numbers(std::string_view object);

}  // namespace tidemark
