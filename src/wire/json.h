#pragma once

#include <nlohmann/json.hpp>

namespace tidemark {

/// A JSON value whose members keep the order they were written in.
using Json = nlohmann::ordered_json;

}  // namespace tidemark
