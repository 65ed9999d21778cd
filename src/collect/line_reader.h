#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collect/byte_source.h"

namespace tidemark {

/// Cuts bytes into lines in bounded memory. A UTF-8 byte order mark at the start is passed over.
class LineReader {
 public:
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20;

  /// Bytes that may be read, and are ignored, behind the end of a line's text (parsers look ahead).
  static constexpr std::size_t kPadding = 64;

  explicit LineReader(std::unique_ptr<ByteSource> bytes);

  struct Line {
    std::uint64_t number = 0;  // from 1
    std::string_view text;  // with its line end, where the file has one; valid until the next call
    bool is_too_long = false;  // `text` is its start, the rest was passed over
  };

  /// Reads the next line; false at the end.
  Result<bool> next(Line& line);

  /// Makes the lines of `text`, the first of which has this number, come next again.
  void put_back(std::string text, std::uint64_t number);

  std::uint64_t file_position() const { return bytes_->file_position(); }

 private:
  Result<bool> read_more();
  Result<bool> next_of_file(Line& line);

  std::unique_ptr<ByteSource> bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool is_at_end_ = false;
  std::uint64_t line_ = 0;
  std::set<std::uint64_t> too_long_;  // numbers of lines that were, in case they are put back

  std::string put_back_;
  std::size_t put_back_at_ = 0;
  std::uint64_t put_back_line_ = 0;
};

}  // namespace tidemark
