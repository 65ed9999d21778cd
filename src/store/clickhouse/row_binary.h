#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace tidemark::click {

static_assert(std::endian::native == std::endian::little);  // as RowBinary is

/// The kind of a field of an answer.
enum class Field : std::uint8_t { u8, u16, u32, u64, i32, i64, text };

/// A row of an answer; valid during the call it is handed to.
class Row {
 public:
  template <class Number>
  Number number(std::size_t field) const {
    return static_cast<Number>(numbers_[field]);
  }
  std::string_view text(std::size_t field) const { return texts_[field]; }

 private:
  friend class RowReader;
  std::vector<std::uint64_t> numbers_;
  std::vector<std::string_view> texts_;
};

/// Reads rows out of the bytes of an answer as they come (format RowBinary).
class RowReader {
 public:
  explicit RowReader(std::vector<Field> fields) : fields_(std::move(fields)) {
    row_.numbers_.resize(fields_.size());
    row_.texts_.resize(fields_.size());
  }

  /// Hands over the rows that are whole by now.
  template <class Sink>
  void take(std::string_view bytes, const Sink& sink) {
    rest_.append(bytes);
    std::string_view left = rest_;
    while (read_row(left)) sink(row_);
    rest_.erase(0, rest_.size() - left.size());
  }

  /// Whether the last row was whole.
  bool is_at_end() const { return rest_.empty(); }

 private:
  bool read_row(std::string_view& left) {
    std::string_view behind = left;
    for (std::size_t at = 0; at < fields_.size(); ++at) {
      if (!read_field(behind, at)) return false;
    }
    if (behind.size() == left.size()) return false;  // no field, no row
    left = behind;
    return true;
  }

  bool read_field(std::string_view& left, std::size_t at) {
    switch (fields_[at]) {
      case Field::u8:
        return read<std::uint8_t>(left, at);
      case Field::u16:
        return read<std::uint16_t>(left, at);
      case Field::u32:
        return read<std::uint32_t>(left, at);
      case Field::u64:
        return read<std::uint64_t>(left, at);
      case Field::i32:
        return read<std::int32_t>(left, at);
      case Field::i64:
        return read<std::int64_t>(left, at);
      case Field::text: {
        std::uint64_t size = 0;
        constexpr int kBits = 7;
        constexpr int kMostShift = 63;
        for (int shift = 0;; shift += kBits) {
          if (left.empty() || shift > kMostShift) return false;
          const auto byte = static_cast<unsigned char>(left.front());
          left.remove_prefix(1);
          size |= std::uint64_t{byte & 0x7fU} << shift;
          if (byte < 0x80U) break;
        }
        if (left.size() < size) return false;
        row_.texts_[at] = left.substr(0, size);
        left.remove_prefix(size);
        return true;
      }
    }
    return false;
  }

  template <class Number>
  bool read(std::string_view& left, std::size_t at) {
    if (left.size() < sizeof(Number)) return false;
    Number number = 0;
    left.copy(reinterpret_cast<char*>(&number), sizeof(Number));
    left.remove_prefix(sizeof(Number));
    row_.numbers_[at] = static_cast<std::uint64_t>(number);
    return true;
  }

  std::vector<Field> fields_;
  std::string rest_;  // of a row that is not whole yet
  Row row_;
};

/// Rows to insert (format RowBinary), field after field in the order of the columns; each of the
/// column's own type.
class RowWriter {
 public:
  template <class Number>
  RowWriter& number(Number number) {
    static_assert(std::is_integral_v<Number>);
    char bytes[sizeof(Number)];
    std::memcpy(bytes, &number, sizeof(Number));
    bytes_.append(bytes, sizeof(Number));
    return *this;
  }
  RowWriter& text(std::string_view text) {
    std::uint64_t size = text.size();
    for (; size >= 0x80U; size >>= 7U) bytes_ += static_cast<char>((size & 0x7fU) | 0x80U);
    bytes_ += static_cast<char>(size);
    bytes_.append(text);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace tidemark::click
