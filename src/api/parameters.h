#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.h"
#include "base/day.h"
#include "model/level.h"

namespace tidemark {

/// The query of a request, read name by name. What cannot be is remembered, and so are names that
/// nobody asked for; `refusal` tells all of it at once.
class Parameters {
 public:
  explicit Parameters(const HttpRequest& request);

  std::string text(std::string_view name);
  /// Of a name that may be repeated; each value may hold several, divided by commas.
  std::vector<std::string> texts(std::string_view name);
  /// Of a name that may be repeated, each value whole.
  std::vector<std::string> whole_texts(std::string_view name);
  std::optional<Day> day(std::string_view name);
  std::int64_t number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                      std::int64_t most);
  std::vector<Level> levels(std::string_view name);
  /// One of `words`, by its place; `otherwise` where there is none.
  std::size_t word(std::string_view name, std::span<const std::string_view> words,
                   std::size_t otherwise);
  void is_wrong(std::string_view name, std::string detail);

  /// The query without one of its names, ready for another value of it.
  std::string others(std::string_view name) const;

  /// The answer to give instead, if anything is wrong. Called after all is read.
  std::optional<HttpReply> refusal();

 private:
  struct Field {
    std::string name;
    std::string value;
    bool is_read = false;
  };

  std::vector<Field> fields_;
  std::vector<std::string_view> known_;
  std::vector<WrongValue> wrong_;
};

/// The body of a request, a JSON object, likewise.
class Body {
 public:
  explicit Body(const HttpRequest& request);

  std::optional<std::string> text(const std::string& name);
  /// One that must be there and not empty, of at most so many bytes.
  std::string needed_text(const std::string& name, std::size_t most = 10'000);
  std::optional<bool> truth(const std::string& name);
  std::optional<Day> day(const std::string& name);
  std::vector<std::string> texts(const std::string& name);
  bool has(const std::string& name) { return find(name) != nullptr; }
  void is_wrong(const std::string& name, std::string detail);

  std::optional<HttpReply> refusal();

 private:
  const Json* find(const std::string& name);

  Json json_;
  std::vector<std::string> known_;
  std::vector<WrongValue> wrong_;
  bool is_json_ = true;
};

}  // namespace tidemark
