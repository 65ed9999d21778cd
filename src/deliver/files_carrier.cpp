#include "deliver/files_carrier.h"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "base/durable_file.h"
#include "deliver/field_value.h"
#include "store/duckdb/parquet_writer.h"
#include "wire/csv.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr std::string_view kScheme = "file://";
constexpr int kSunday = 6;
constexpr std::size_t kShownRows = 5;

}  // namespace

bool is_due(Rhythm rhythm, Day day) {
  switch (rhythm) {
    case Rhythm::day:
      return true;
    case Rhythm::week:
      return weekday(day) == kSunday;
    case Rhythm::month:
      return is_month_end(day);
  }
  return false;
}

std::filesystem::path FilesCarrier::file_of(const Destination& destination,
                                            const Parcel& delivery) const {
  const std::filesystem::path place =
      destination.url.empty() ? folder_ / "files" / destination.name
                              : std::filesystem::path(destination.url.substr(kScheme.size()));
  return place / fmt::format("{}-{}.{}", destination.name,
                             delivery.account.empty() ? day_text(delivery.day) : "test",
                             destination.format == FileFormat::csv ? "csv" : "parquet");
}

Result<TableRows> FilesCarrier::table_of(const Destination& destination,
                                         const Parcel& delivery) const {
  TableRows table{{{destination.id_field}}, {}};
  std::vector<FieldValue> values;
  for (const FilledField& field : destination.fields) {
    const auto value = FieldValue::parse(field.value);
    CHECK(value);  // as it was when the destination was made
    table.columns.push_back({field.field, value->type()});
    values.push_back(*value);
  }
  if (!delivery.account.empty()) {
    const Json fields = Json::parse(delivery.body);
    std::vector<std::string> row{delivery.account};
    for (const FilledField& field : destination.fields) {
      row.push_back(fields.value(field.field, std::string()));
    }
    table.rows.push_back(std::move(row));
    return table;
  }
  CHECK(standings_);
  auto accounts = standings_(destination, delivery.day);
  if (!accounts) return accounts.error();
  std::ranges::sort(*accounts, {}, &AccountNews::account);
  for (const AccountNews& account : *accounts) {
    std::vector<std::string> row{account.account};
    for (const FieldValue& value : values) row.push_back(value.of(account));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Carried FilesCarrier::carry(const Shipment& shipment) {
  const Destination& destination = shipment.destination;
  const Parcel& delivery = shipment.deliveries.front();
  const auto table = table_of(destination, delivery);
  // A day that is not published may be so again: history may be on its way to be published anew.
  if (!table) return unanswered(shipment, {ErrorKind::unavailable, table.error().message});
  auto bytes = destination.format == FileFormat::csv ? Result<std::string>(csv_of(*table))
                                                     : parquet_of(*table);
  if (!bytes) return unanswered(shipment, bytes.error());
  const auto file = file_of(destination, delivery);
  std::error_code problem;
  std::filesystem::create_directories(file.parent_path(), problem);
  if (problem) {
    return unanswered(shipment, {ErrorKind::unavailable,
                                 fmt::format("{} cannot be made: {}", file.parent_path().string(),
                                             problem.message())});
  }
  if (auto written = write_durably(file, *bytes); !written) {
    return unanswered(shipment, written.error());
  }
  return {.verdict = {Fate::delivered, {}, {}, {}}};
}

std::string FilesCarrier::words(const Shipment& shipment) {
  const Parcel& delivery = shipment.deliveries.front();
  const auto table = table_of(shipment.destination, delivery);
  std::string text = file_of(shipment.destination, delivery).string();
  if (!table) return fmt::format("{}\n{}", text, table.error().message);
  TableRows shown = *table;
  const bool is_long = shown.rows.size() > kShownRows;
  if (is_long) shown.rows.resize(kShownRows);
  text += '\n' + csv_of(shown);
  if (is_long) text += fmt::format("… and {} more rows\n", table->rows.size() - kShownRows);
  text.pop_back();
  return text;
}

}  // namespace tidemark
