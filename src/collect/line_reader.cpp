#include "collect/line_reader.h"

#include <cstring>

namespace tidemark {

LineReader::LineReader(std::unique_ptr<ByteSource> bytes)
    : bytes_(std::move(bytes)), buffer_(kLongestLine + (std::size_t{1} << 18) + kPadding) {}

void LineReader::put_back(std::string text, std::uint64_t number) {
  // What was put back before and not read since comes after it.
  text += std::string_view(put_back_).substr(put_back_at_);
  put_back_ = std::move(text);
  put_back_at_ = 0;
  put_back_line_ = number;
}

Result<bool> LineReader::next(Line& line) {
  if (put_back_at_ == put_back_.size()) {
    put_back_.clear();
    put_back_at_ = 0;
    return next_of_file(line);
  }
  const std::string_view rest = std::string_view(put_back_).substr(put_back_at_);
  const std::size_t length = std::min(rest.find('\n'), rest.size() - 1) + 1;
  line = {put_back_line_, rest.substr(0, length), too_long_.contains(put_back_line_)};
  ++put_back_line_;
  put_back_at_ += length;
  put_back_.reserve(put_back_.size() + kPadding);
  line.text = std::string_view(put_back_).substr(put_back_at_ - length, length);
  return true;
}

Result<bool> LineReader::read_more() {
  if (is_at_end_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto count =
      bytes_->read(std::span(buffer_).subspan(end_, buffer_.size() - kPadding - end_));
  if (!count) return count.error();
  end_ += *count;
  is_at_end_ = *count == 0;
  return !is_at_end_;
}

Result<bool> LineReader::next_of_file(Line& line) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::size_t searched = 0;
  bool is_too_long = false;
  for (;;) {
    const char* start = buffer_.data() + begin_;
    const auto* found =
        static_cast<const char*>(std::memchr(start + searched, '\n', end_ - begin_ - searched));
    if (found != nullptr) {
      const auto length = static_cast<std::size_t>(found - start) + 1;
      line = {++line_, {start, length}, is_too_long || length > kLongestLine};
      begin_ += length;
      break;
    }
    searched = end_ - begin_;
    if (searched > kLongestLine) {
      // Too long to keep: pass over it, all but a start that tells which line it was.
      is_too_long = true;
      constexpr std::size_t kKept = 256;
      end_ = begin_ + kKept;
      searched = kKept;
    }
    const auto has_more = read_more();
    if (!has_more) return has_more.error();
    if (!*has_more) {
      if (begin_ == end_) return false;
      line = {++line_, {buffer_.data() + begin_, end_ - begin_}, is_too_long};
      begin_ = end_;
      break;
    }
  }
  if (line.is_too_long) too_long_.insert(line.number);
  if (line.number == 1 && line.text.starts_with(kByteOrderMark)) {
    line.text.remove_prefix(kByteOrderMark.size());
  }
  return true;
}

}  // namespace tidemark
