#include "cli/listing.h"

#include <charconv>
#include <cstdio>

#include <fmt/format.h>

#include "cli/surroundings.h"
#include "evidence/calibration.h"
#include "wire/calibration_json.h"
#include "wire/csv.h"
#include "wire/json_text.h"

namespace tidemark {
namespace {

constexpr std::size_t kRowsOfTable = 1000;
constexpr std::size_t kBlockBytes = std::size_t{1} << 16;

}  // namespace

void add_form_options(CLI::App& app, ListingOptions& options) {
  auto* csv = app.add_flag("--csv", options.as_csv, "As CSV");
  app.add_flag("--json", options.as_json, "As JSON")->excludes(csv);
}

void add_listing_options(CLI::App& app, ListingOptions& options, TakesCalibration calibration) {
  add_day_option(app, "--from", options.first, "First day; else the last one");
  add_day_option(app, "--to", options.last, "Last day; else the last finished (or published) one");
  app.add_option("--definition", options.definition_file,
                 "Compute under this definition; nothing is published")
      ->type_name("FILE");
  if (calibration == TakesCalibration::yes) {
    app.add_option(
           "--calibration", options.calibration_file,
           "Compute with these cuts (of tidemark calibration --json); else those of the day "
           "before the first")
        ->type_name("FILE");
  }
  add_form_options(app, options);
}

Result<DayRange> listed_days(const ListingOptions& options, Day fallback) {
  const Day last = options.last.value_or(std::max(options.first.value_or(fallback), fallback));
  const Day first = options.first.value_or(last);
  if (last < first) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("--from {} is after --to {}", day_text(first), day_text(last))};
  }
  return DayRange{first, last};
}

Result<LoadedActivity> load_listed(Workspace& workspace, const ListingOptions& options,
                                   const Cores& cores) {
  if (options.definition_file.empty()) {
    return load_activity(*workspace.store, workspace.definition, cores);
  }
  const auto definition = read_definition(options.definition_file);
  if (!definition) return definition.error();
  return load_activity(*workspace.store, *definition, cores);
}

Result<Calibration> listed_calibration(const ListingOptions& options, const ScoredActivity& scored,
                                       Day day, const Cores& cores) {
  if (options.calibration_file.empty()) return calibrate(day, take_samples(scored, day, cores));
  const auto text = read_text(options.calibration_file);
  if (!text) return text.error();
  return parse_calibration(*text, options.calibration_file);
}

RowWriter::RowWriter(const ListingOptions& options, const Terminal& terminal,
                     std::vector<Table::Column> columns)
    : form_(options.as_csv    ? Form::csv
            : options.as_json ? Form::json
                              : Form::table),
      terminal_(terminal),
      columns_(std::move(columns)),
      table_(columns_) {
  if (form_ == Form::csv) {
    for (const Table::Column& column : columns_) {
      if (!block_.empty()) block_ += ',';
      append_csv_field(block_, column.heading);
    }
    block_ += '\n';
  } else if (form_ == Form::json) {
    block_ += '[';
  }
}

void RowWriter::add(std::span<const std::string_view> cells) {
  CHECK(cells.size() == columns_.size());
  ++rows_;
  if (form_ == Form::table) {
    if (rows_ <= kRowsOfTable) table_.add({cells.begin(), cells.end()});
    return;
  }
  std::size_t at = 0;
  if (form_ == Form::json) block_ += rows_ == 1 ? "\n{" : ",\n{";
  for (const std::string_view cell : cells) {
    if (at > 0) block_ += ',';
    if (form_ == Form::csv) {
      append_csv_field(block_, cell);
    } else {
      append_json_text(block_, columns_[at].heading);
      block_ += ':';
      std::int64_t number = 0;
      const auto read = std::from_chars(cell.data(), cell.data() + cell.size(), number);
      const bool is_number = columns_[at].align == Table::Align::right && !cell.empty() &&
                             read.ptr == cell.data() + cell.size();
      if (cell.empty()) {
        block_ += "null";
      } else if (is_number) {
        block_ += cell;
      } else {
        append_json_text(block_, cell);
      }
    }
    ++at;
  }
  block_ += form_ == Form::csv ? "\n" : "}";
  if (block_.size() >= kBlockBytes) flush();
}

RowWriter::~RowWriter() {
  if (form_ == Form::json) block_ += "\n]\n";
  if (form_ == Form::table) {
    if (rows_ > 0) block_ = table_.text(terminal_);
    if (rows_ > kRowsOfTable) {
      block_ += fmt::format("  … and {} more rows; --csv has them all\n",
                            with_separators(static_cast<std::int64_t>(rows_ - kRowsOfTable)));
    }
    if (rows_ == 0) block_ = "Nothing in these days.\n";
  }
  flush();
}

void RowWriter::flush() {
  std::fwrite(block_.data(), 1, block_.size(), surroundings().out);
  block_.clear();
}

}  // namespace tidemark
