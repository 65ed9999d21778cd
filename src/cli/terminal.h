#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/level.h"
#include "report/words.h"

namespace tidemark {

/// What the program writes to: how wide it is, and whether it shows colour.
class Terminal {
 public:
  /// Colour only on a terminal, and not with NO_COLOR; the width is the terminal's, else COLUMNS,
  /// else 80.
  static Terminal of_process();
  Terminal(int width, bool has_colour) : width_(width), has_colour_(has_colour) {}

  int width() const { return width_; }
  bool has_colour() const { return has_colour_; }

  std::string bold(std::string_view text) const { return styled(text, "1"); }
  std::string faint(std::string_view text) const { return styled(text, "2"); }
  /// A text in a level's colour.
  std::string coloured(std::string_view text, Level level) const;
  /// The level's shape and word: `▲ High`.
  std::string level(Level level) const;

 private:
  std::string styled(std::string_view text, std::string_view code) const;

  int width_;
  bool has_colour_;
};

/// The shape that stands for a level besides its word.
std::string_view level_shape(Level level);

/// One bar a value, ▁ for the least to █ for the largest; a line of ▁ where all are alike.
std::string spark_line(const std::vector<std::int64_t>& values);

/// A text wrapped to a width, on spaces.
std::string wrapped(std::string_view text, int width);

/// How many columns a text takes on the screen; colours take none.
std::size_t display_width(std::string_view text);

/// Rows under headings, columns as wide as they need. Where the terminal ends, a last column of
/// texts goes on below itself; else the line is cut.
class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string heading;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool is_empty() const { return rows_.empty(); }
  std::string text(const Terminal& terminal, std::string_view indent = "  ") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace tidemark
