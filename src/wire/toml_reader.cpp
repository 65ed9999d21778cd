#include "wire/toml_reader.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "wire/did_you_mean.h"

namespace tidemark {
namespace {

// How far from a whole number of milli-points a written number may be, for three decimals in
// binary.
constexpr double kNearEnough = 1e-9;

}  // namespace

Result<toml::table> parse_toml(std::string_view text, std::string_view source) {
  toml::parse_result parsed = toml::parse(text, source);
  if (!parsed) {
    const auto where = parsed.error().source().begin;
    return Error{ErrorKind::invalid_input, fmt::format("{}:{}:{}: {}", source, where.line,
                                                       where.column, parsed.error().description())};
  }
  return std::move(parsed).table();
}

void TomlReader::fail(const toml::node* at, std::string message) {
  if (error_) return;
  const auto where = at != nullptr ? at->source().begin : toml::source_position{};
  error_ =
      Error{ErrorKind::invalid_input,
            where.line > 0 ? fmt::format("{}:{}:{}: {}", source_, where.line, where.column, message)
                           : fmt::format("{}: {}", source_, message)};
}

void TomlReader::allow_only(const toml::table& table,
                            std::initializer_list<std::string_view> known) {
  // The first in the text, not in the alphabet, is what people want to be told of.
  const toml::key* unknown = nullptr;
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    const auto place = [](const toml::key& of) {
      return std::pair(of.source().begin.line, of.source().begin.column);
    };
    if (unknown == nullptr || place(key) < place(*unknown)) unknown = &key;
  }
  if (unknown == nullptr || error_) return;
  const auto where = unknown->source().begin;
  error_ = Error{ErrorKind::invalid_input,
                 fmt::format("{}:{}:{}: unknown key \"{}\"; {}", source_, where.line, where.column,
                             unknown->str(),
                             did_you_mean(unknown->str(), std::span(known.begin(), known.size())))};
}

std::optional<std::string> TomlReader::text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_string()) {
    fail(node, fmt::format("{} must be a text in quotes", key));
    return std::nullopt;
  }
  return node->as_string()->get();
}

std::string TomlReader::needed_text(const toml::table& table, std::string_view key,
                                    std::string_view owner) {
  const auto value = text(table, key);
  if (!value || value->empty()) fail(&table, fmt::format("{} needs its {}", owner, key));
  return value.value_or("");
}

std::optional<std::int64_t> TomlReader::whole_number(const toml::table& table, std::string_view key,
                                                     std::int64_t least, std::int64_t most) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < least || *value > most) {
    fail(node, fmt::format("{} is a whole number from {} to {}", key, least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<double> TomlReader::number(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !std::isfinite(*value)) {
    fail(node, fmt::format("{} must be a number", key));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> TomlReader::boolean(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_boolean()) {
    fail(node, fmt::format("{} must be true or false", key));
    return std::nullopt;
  }
  return node->as_boolean()->get();
}

std::optional<Points> TomlReader::points(const toml::table& table, std::string_view key,
                                         Points most) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::nullopt;
  const std::string range =
      fmt::format("points are 0 to {} with at most three decimals", most.milli / 1000);
  if (!node->is_number()) {
    fail(node, fmt::format("{} must be a number; {}", key, range));
    return std::nullopt;
  }
  const double milli = *node->value<double>() * 1000;
  const double whole = std::nearbyint(milli);
  const double near_enough = kNearEnough * std::max(1.0, std::abs(whole) / 1e6);
  if (!(std::abs(milli - whole) <= near_enough) || whole < 0 ||
      whole > static_cast<double>(most.milli)) {
    fail(node, fmt::format("{} = {}: {}", key, *node->value<double>(), range));
    return std::nullopt;
  }
  return Points{static_cast<std::int64_t>(whole)};
}

std::vector<std::string> TomlReader::texts(const toml::table& table, std::string_view key,
                                           std::string_view example) {
  std::vector<std::string> texts;
  const toml::node* node = table.get(key);
  if (node == nullptr) return texts;
  if (!node->is_array()) {
    fail(node, fmt::format("{} must be a list of texts in quotes, {}", key, example));
    return texts;
  }
  for (const toml::node& text : *node->as_array()) {
    if (!text.is_string() || text.as_string()->get().empty()) {
      fail(&text, fmt::format("{} holds texts in quotes, {}", key, example));
      return texts;
    }
    texts.push_back(text.as_string()->get());
  }
  std::ranges::sort(texts);
  texts.erase(std::ranges::unique(texts).begin(), texts.end());
  return texts;
}

const toml::table* TomlReader::table(const toml::table& table, std::string_view key,
                                     std::string_view example) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) fail(node, fmt::format("{} must be a table: {}", key, example));
  return node->as_table();
}

std::vector<const toml::table*> TomlReader::tables(const toml::table& table, std::string_view key,
                                                   std::string_view example) {
  std::vector<const toml::table*> tables;
  const toml::node* node = table.get(key);
  if (node == nullptr) return tables;
  if (!node->is_array()) {
    fail(node, fmt::format("{} must be written as {}", key, example));
    return tables;
  }
  for (const toml::node& entry : *node->as_array()) {
    if (!entry.is_table()) {
      fail(&entry, fmt::format("{} must be written as {}", key, example));
      return tables;
    }
    tables.push_back(entry.as_table());
  }
  return tables;
}

}  // namespace tidemark
