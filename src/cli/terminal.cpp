#include "cli/terminal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <numeric>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace tidemark {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::size_t kLeastName = 12;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The first `width` columns of a text, with "…" where it was cut.
std::string cut_to(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string kept;
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {
      const std::size_t end = std::min(text.find('m', at), text.size() - 1) + 1;
      kept += text.substr(at, end - at);
      at = end;
      continue;
    }
    if (columns + 1 >= width) break;
    do kept += text[at++];
    while (at < text.size() && continues_character(text[at]));
    ++columns;
  }
  return kept + "…" + (text.find('\x1b') != std::string_view::npos ? std::string(kReset) : "");
}

/// A line with its last cell, which goes on below itself where the terminal ends; where next to no
/// room is left for it the line is cut.
std::string end_line(const std::string& begin, const std::string& cell, std::size_t width) {
  constexpr std::size_t kLeastRoom = 12;
  const std::size_t used = display_width(begin);
  std::string line = begin + cell;
  line.erase(line.find_last_not_of(' ') + 1);
  if (display_width(line) <= width) return line + "\n";
  if (used + kLeastRoom > width) return cut_to(line, width) + "\n";
  const std::string folded = wrapped(cell, static_cast<int>(width - used));
  line = begin;
  for (const char character : folded) {
    line += character;
    if (character == '\n') line.append(used, ' ');
  }
  return line + "\n";
}

}  // namespace

Terminal Terminal::of_process() {
  const bool is_terminal = isatty(STDOUT_FILENO) != 0;
  int width = 80;
  winsize size{};
  if (is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    width = size.ws_col;
  } else if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    width = std::clamp(std::atoi(columns), 40, 400);
  }
  return {width, is_terminal && std::getenv("NO_COLOR") == nullptr};
}

std::string Terminal::styled(std::string_view text, std::string_view code) const {
  if (!has_colour_) return std::string(text);
  return fmt::format("\x1b[{}m{}{}", code, text, kReset);
}

std::string Terminal::coloured(std::string_view text, Level level) const {
  constexpr std::array<std::string_view, kLevelCount> kColours = {"90", "37", "36",
                                                                  "33", "34", "32"};
  return styled(text, kColours[index_of(level)]);
}

std::string Terminal::level(Level level) const {
  return coloured(fmt::format("{} {}", level_shape(level), level_label(level)), level);
}

std::string_view level_shape(Level level) {
  constexpr std::array<std::string_view, kLevelCount> kShapes = {"–", "○", "◆", "▼", "●", "▲"};
  return kShapes[index_of(level)];
}

std::string spark_line(const std::vector<std::int64_t>& values) {
  constexpr std::array<std::string_view, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.empty()) return "";
  const auto [least, most] = std::ranges::minmax(values);
  std::string line;
  for (const std::int64_t value : values) {
    const std::int64_t height = most == least ? 0 : (value - least) * 7 / (most - least);
    line += kBars[static_cast<std::size_t>(height)];
  }
  return line;
}

std::string wrapped(std::string_view text, int width) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t word_width = display_width(word);
    if (column > 0 && column + 1 + word_width > static_cast<std::size_t>(width)) {
      lines += '\n';
      column = 0;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word_width;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b') {
      at = std::min(text.find('m', at), text.size() - 1);
    } else if (!continues_character(text[at])) {
      ++width;
    }
  }
  return width;
}

std::string Table::text(const Terminal& terminal, std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t at = 0; at < columns_.size(); ++at) {
    std::size_t width = display_width(columns_[at].heading);
    for (const auto& row : rows_) width = std::max(width, display_width(row[at]));
    widths.push_back(width);
  }
  // Names give way to numbers: where the numbers at the end would be cut, the first column is.
  if (columns_.back().align == Align::right && columns_.front().align == Align::left) {
    const std::size_t all =
        std::accumulate(widths.begin(), widths.end(), indent.size() + 2 * (widths.size() - 1));
    const auto room = static_cast<std::size_t>(terminal.width());
    if (all > room) {
      widths.front() = std::max(kLeastName, widths.front() - std::min(widths.front(), all - room));
    }
  }
  const auto write = [&](const auto& cell_of) {
    std::string line(indent);
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const std::string cell = cut_to(cell_of(at), widths[at]);
      const bool is_last = at + 1 == columns_.size();
      if (is_last && columns_[at].align == Align::left) {
        return end_line(line, cell, static_cast<std::size_t>(terminal.width()));
      }
      const std::string padding(widths[at] - display_width(cell), ' ');
      line += columns_[at].align == Align::left ? cell + padding : padding + cell;
      if (!is_last) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return cut_to(line, static_cast<std::size_t>(terminal.width())) + "\n";
  };
  const bool has_headings =
      std::ranges::any_of(columns_, [](const Column& column) { return !column.heading.empty(); });
  std::string text;
  if (has_headings) {
    text += write([&](std::size_t at) { return terminal.faint(columns_[at].heading); });
  }
  for (const auto& row : rows_) {
    text += write([&](std::size_t at) { return row[at]; });
  }
  return text;
}

}  // namespace tidemark
