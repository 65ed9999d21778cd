#include "wire/definition_diff.h"

#include <map>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "wire/definition_json.h"

namespace tidemark {
namespace {

using Json = nlohmann::json;
using Sayings = std::map<std::string, std::string>;  // what is said, by what it is about

/// What a rule matches, in words where it is no more than names: `event login or event log_in`.
std::string rule_text(const Json& any) {
  std::string text;
  for (const Json& match : any) {
    if (!text.empty()) text += " or";
    for (const auto& [key, value] : match.items()) {
      if (value.is_null() || (value.is_array() && value.empty())) continue;
      text += fmt::format("{}{} {}", text.empty() ? "" : " ", key,
                          value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  return text;
}

/// Milli-points as points, rules in words, all else as JSON without the quotes of plain texts.
std::string value_text(std::string_view key, const Json& value) {
  if (value.is_number_integer() && key.find("milli_points") != std::string_view::npos) {
    return exact_points(Points{value.get<std::int64_t>()});
  }
  if (key == "any") return rule_text(value);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string key_words(std::string_view key) {
  std::string words(key);
  for (const auto& [from, to] : {std::pair{"milli_points", "points"}, {"_", " "}}) {
    for (std::size_t at = words.find(from); at != std::string::npos; at = words.find(from)) {
      words.replace(at, std::string_view(from).size(), to);
    }
  }
  return words == "any" ? "rule" : words;
}

/// Inputs in a list are told apart by their names; what an input says is one saying each.
void collect_inputs(const std::string& kind, const Json& inputs, Sayings& sayings) {
  for (const Json& input : inputs) {
    const char* name_key = input.contains("name") ? "name" : "property";
    const std::string owner = fmt::format("{} \"{}\"", kind, input.at(name_key).get<std::string>());
    for (const auto& [key, value] : input.items()) {
      if (key == name_key || value.is_null()) continue;
      sayings[fmt::format("{}, {}", owner, key_words(key))] = value_text(key, value);
    }
  }
}

Sayings sayings_of(const Definition& definition) {
  Sayings sayings;
  const Json json = Json::parse(canonical_definition(definition));
  for (const auto& [key, value] : json.items()) {
    if (key == "action" || key == "milestone" || key == "trait") {
      collect_inputs(key, value, sayings);
    } else if (value.is_object()) {
      for (const auto& [inner, inner_value] : value.items()) {
        if (inner_value.is_null()) continue;
        if (!inner_value.is_object()) {
          sayings[fmt::format("{}, {}", key, key_words(inner))] = value_text(inner, inner_value);
          continue;
        }
        for (const auto& [leaf, leaf_value] : inner_value.items()) {
          sayings[fmt::format("{}, {} {}", key, inner, key_words(leaf))] =
              value_text(leaf, leaf_value);
        }
      }
    } else if (!value.is_null()) {
      sayings[key_words(key)] = value_text(key, value);
    }
  }
  return sayings;
}

}  // namespace

std::vector<DefinitionDifference> definition_differences(const Definition& before,
                                                         const Definition& after) {
  const Sayings old_sayings = sayings_of(before);
  const Sayings new_sayings = sayings_of(after);
  std::vector<DefinitionDifference> differences;
  for (const auto& [what, said] : old_sayings) {
    const auto now = new_sayings.find(what);
    if (now == new_sayings.end()) {
      differences.push_back({what, said, ""});
    } else if (now->second != said) {
      differences.push_back({what, said, now->second});
    }
  }
  for (const auto& [what, said] : new_sayings) {
    if (!old_sayings.contains(what)) differences.push_back({what, "", said});
  }
  return differences;
}

}  // namespace tidemark
