#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "collect/field_mapping.h"
#include "model/event.h"

namespace tidemark {

/// One record of a file, cut into the fields of an event. Views are valid until the next record is
/// read.
struct Record {
  std::uint64_t line = 0;
  std::array<std::string_view, kFieldCount> fields;  // empty = absent
  std::string_view
      other_members;      // columns that hold no field, as members of a JSON object: `"plan":"pro"`
  std::string_view text;  // as it came

  std::string_view field(Field which) const { return fields[static_cast<std::size_t>(which)]; }
};

struct EndOfFile {};

/// What comes next in a file: a record, one that cannot be read, or nothing.
using Reading = std::variant<Record, Reject, EndOfFile>;

/// Reads a file record by record, in bounded memory. Reading again gives the same.
class RecordReader {
 public:
  virtual ~RecordReader() = default;

  virtual std::string_view format() const = 0;  // for people: `CSV, comma`
  virtual const std::vector<std::string>& columns() const = 0;
  virtual const FieldMapping& mapping() const = 0;

  /// Fails where the file cannot be read on.
  virtual Result<Reading> next() = 0;

  /// How far the file was read, in its bytes.
  virtual std::uint64_t file_position() const = 0;
};

/// Opens the archive of another tool, JSON Lines or Parquet, plain or compressed: each record's
/// text is a message in JSON.
Result<std::unique_ptr<RecordReader>> open_messages(const std::filesystem::path& file);

/// Opens a CSV, JSON Lines or Parquet file, plain or compressed; the form is told by its content.
Result<std::unique_ptr<RecordReader>> open_records(const std::filesystem::path& file,
                                                   const ColumnWishes& wishes);

/// A text that can be stored and shown: NUL bytes, and in what is not UTF-8 all bytes beyond ASCII,
/// become "\uFFFD".
std::string printable(std::string_view text);

/// A printable text shortened for a reject, with "…" where it goes on.
std::string shortened(std::string_view text);

}  // namespace tidemark
