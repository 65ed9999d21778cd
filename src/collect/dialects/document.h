#pragma once

#include <string>

#include "base/result.h"
#include "collect/dialects/json_value.h"

namespace tidemark {

/// The JSON document of a body, nested at most so deep. Integers beyond 64 bits are read as
/// floating-point numbers.
class JsonDocument {
 public:
  explicit JsonDocument(std::size_t most_nesting);

  /// Valid until the next.
  Result<JsonValue> read(std::string_view body);

 private:
  simdjson::dom::parser parser_;
  std::string readable_;
};

}  // namespace tidemark
