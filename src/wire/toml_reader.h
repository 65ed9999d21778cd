#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/points.h"
#include "wire/toml.h"

namespace tidemark {

/// What a text says; fails with `invalid_input` for what is no TOML, with line and column in
/// `source`.
Result<toml::table> parse_toml(std::string_view text, std::string_view source);

/// Reads values out of the tables of one TOML text. Keeps the first error, with its line and
/// column; reading on after it is harmless.
class TomlReader {
 public:
  explicit TomlReader(std::string_view source) : source_(source) {}

  /// Notes that something is wrong at `at`; null means the text as a whole.
  void fail(const toml::node* at, std::string message);
  const std::optional<Error>& error() const { return error_; }

  /// Anything else in the table is an error, with a suggestion.
  void allow_only(const toml::table& table, std::initializer_list<std::string_view> known);

  // Each of these is empty where the key is absent, and where its value is wrong.
  std::optional<std::string> text(const toml::table& table, std::string_view key);
  std::optional<std::int64_t> whole_number(const toml::table& table, std::string_view key,
                                           std::int64_t least, std::int64_t most);
  std::optional<double> number(const toml::table& table, std::string_view key);
  std::optional<bool> boolean(const toml::table& table, std::string_view key);
  /// With at most three decimals, from 0 to `most`.
  std::optional<Points> points(const toml::table& table, std::string_view key, Points most);
  /// Sorted, each once.
  std::vector<std::string> texts(const toml::table& table, std::string_view key,
                                 std::string_view example);
  const toml::table* table(const toml::table& table, std::string_view key,
                           std::string_view example);
  /// The tables of `[[key]]`, or of a list of them.
  std::vector<const toml::table*> tables(const toml::table& table, std::string_view key,
                                         std::string_view example);

  /// The value of a key that must be there and not empty.
  std::string needed_text(const toml::table& table, std::string_view key, std::string_view owner);

 private:
  std::string_view source_;
  std::optional<Error> error_;
};

}  // namespace tidemark
