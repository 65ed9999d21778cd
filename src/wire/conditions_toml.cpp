#include "wire/conditions_toml.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text_pattern.h"
#include "wire/names.h"

namespace tidemark {
namespace {

constexpr const char* kConditionExample = "{ property = \"plan\", is = \"pro\" }";

template <class Item>
void sort_each_once(std::vector<Item>& items) {
  std::ranges::sort(items);
  items.erase(std::ranges::unique(items).begin(), items.end());
}

/// Reads conditions with the errors of one text.
class ConditionReader {
 public:
  explicit ConditionReader(TomlReader& toml) : toml_(toml) {}

  Condition read_condition(const toml::table& table) {
    toml_.allow_only(table, {"property", "is", "is_not", "one_of", "contains", "matches",
                             "at_least", "at_most", "exists"});
    Condition condition;
    condition.property = toml_.needed_text(table, "property", "a condition");
    for (const auto& [key, value] : table) {
      const auto test = test_named(key.str());
      if (!test) continue;
      if (!condition.wanted.empty()) {
        toml_.fail(&value, "a condition has one test; write another condition for the other");
        break;
      }
      condition.test = *test;
      read_wanted(value, condition);
    }
    if (condition.wanted.empty()) {
      toml_.fail(&table, fmt::format("a condition needs its test, as in {}", kConditionExample));
      condition.wanted.emplace_back(true);
    }
    return condition;
  }

 private:
  Comparand read_comparand(const toml::node& node, std::string_view test) {
    if (node.is_string()) return node.as_string()->get();
    if (node.is_boolean()) return node.as_boolean()->get();
    if (node.is_number()) {
      // Through a table, so that what is no number has its usual error.
      toml::table holder;
      holder.insert(test, *node.value<double>());
      return toml_.number(holder, test).value_or(0.0);
    }
    toml_.fail(&node, fmt::format("{} compares with a text, a number, true or false", test));
    return false;
  }

  void read_wanted(const toml::node& node, Condition& condition) {
    const std::string_view name = test_name(condition.test);
    if (condition.test == PropertyTest::one_of) {
      if (!node.is_array() || node.as_array()->empty()) {
        toml_.fail(&node, "one_of must be a list: one_of = [\"pro\", \"team\"]");
        return;
      }
      for (const toml::node& one : *node.as_array()) {
        condition.wanted.push_back(read_comparand(one, name));
      }
      sort_each_once(condition.wanted);
      return;
    }
    condition.wanted.push_back(read_comparand(node, name));
    const Comparand& wanted = condition.wanted.back();
    const bool is_number_test =
        condition.test == PropertyTest::at_least || condition.test == PropertyTest::at_most;
    if (is_number_test && !std::holds_alternative<double>(wanted)) {
      toml_.fail(&node, fmt::format("{} compares with a number", name));
    } else if (condition.test == PropertyTest::exists && !std::holds_alternative<bool>(wanted)) {
      toml_.fail(&node, "exists is true or false");
    } else if (condition.test == PropertyTest::contains ||
               condition.test == PropertyTest::matches) {
      const auto* text = std::get_if<std::string>(&wanted);
      if (text == nullptr) {
        toml_.fail(&node, fmt::format("{} compares with a text in quotes", name));
      } else if (condition.test == PropertyTest::matches) {
        check_regex(toml_, node, *text);
      }
    }
  }

  TomlReader& toml_;
};

}  // namespace

void check_regex(TomlReader& toml, const toml::node& node, const std::string& expression) {
  if (const auto regex = Regex::compile(expression); !regex) {
    toml.fail(&node, regex.error().message);
  }
}

std::vector<Condition> read_conditions(TomlReader& toml, const toml::table& table,
                                       std::string_view key) {
  std::vector<Condition> conditions;
  const std::string example = fmt::format("{} = [ {} ]", key, kConditionExample);
  for (const toml::table* entry : toml.tables(table, key, example)) {
    conditions.push_back(ConditionReader(toml).read_condition(*entry));
  }
  sort_each_once(conditions);
  return conditions;
}

}  // namespace tidemark
