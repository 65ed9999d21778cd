#pragma once

#include <string>
#include <vector>

#include "model/rule.h"
#include "wire/toml_reader.h"

namespace tidemark {

/// The conditions on properties under `key`, sorted, each once:
/// `where = [ { property = "plan", is = "pro" } ]`. What is wrong is noted in `toml`.
std::vector<Condition> read_conditions(TomlReader& toml, const toml::table& table,
                                       std::string_view key);

/// Notes where `expression`, which stands at `node`, is no regular expression.
void check_regex(TomlReader& toml, const toml::node& node, const std::string& expression);

}  // namespace tidemark
