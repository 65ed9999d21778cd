#pragma once

#include <optional>
#include <span>
#include <string>

#include "cli/command.h"
#include "cli/day_option.h"
#include "cli/workspace.h"
#include "model/calibration.h"
#include "score/loaded_activity.h"

namespace tidemark {

/// What the commands that list days have in common: which days, under which rules, in which form.
struct ListingOptions {
  std::optional<Day> first;
  std::optional<Day> last;
  std::string definition_file;
  std::string calibration_file;
  bool as_csv = false;
  bool as_json = false;

  /// Whether the rules are given, so that everything is computed and nothing read of what was
  /// published.
  bool has_own_rules() const { return !definition_file.empty() || !calibration_file.empty(); }
};

enum class TakesCalibration : std::uint8_t { no, yes };

/// --csv and --json.
void add_form_options(CLI::App& app, ListingOptions& options);

void add_listing_options(CLI::App& app, ListingOptions& options, TakesCalibration calibration);

/// The days asked for: both, one meaning that day alone, or `fallback`. Fails where they are the
/// wrong way round.
Result<DayRange> listed_days(const ListingOptions& options, Day fallback);

/// The activity under the rules that apply.
Result<LoadedActivity> load_listed(Workspace& workspace, const ListingOptions& options,
                                   const Cores& cores);

/// The calibration given, or else the one of `day`.
Result<Calibration> listed_calibration(const ListingOptions& options, const ScoredActivity& scored,
                                       Day day, const Cores& cores);

/// Writes days, of which many rows in a row have the same.
class DayColumn {
 public:
  const std::string& text(Day day) {
    if (text_.empty() || day != day_) {
      day_ = day;
      text_ = day_text(day);
    }
    return text_;
  }

 private:
  Day day_;
  std::string text_;
};

/// Rows of text, written as CSV, as a JSON array of objects, or as a table with the first thousand.
class RowWriter {
 public:
  RowWriter(const ListingOptions& options, const Terminal& terminal,
            std::vector<Table::Column> columns);
  ~RowWriter();
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;

  /// One cell a column. Cells that read as whole numbers are numbers in JSON; empty ones are null.
  void add(std::initializer_list<std::string_view> cells) { add(std::span(cells)); }
  void add(std::span<const std::string_view> cells);
  void add(const std::vector<std::string>& cells) {
    add(std::vector<std::string_view>(cells.begin(), cells.end()));
  }

 private:
  void flush();

  enum class Form : std::uint8_t { table, csv, json };
  Form form_;
  const Terminal& terminal_;
  std::vector<Table::Column> columns_;
  Table table_;
  std::size_t rows_ = 0;
  std::string block_;
};

}  // namespace tidemark
