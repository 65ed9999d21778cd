#include "api/import_report.h"

#include <fmt/format.h>

#include "wire/names.h"
#include "wire/timestamp.h"

namespace tidemark {

std::filesystem::path rejects_file(const std::filesystem::path& folder, const Import& import) {
  return folder / "rejects" / fmt::format("import-{}.csv", import.number);
}

Result<ImportReport> report_import(Store& store, const std::filesystem::path& folder,
                                   ImportOutcome outcome) {
  ImportReport report{std::move(outcome), {}};
  const Import& import = report.outcome.import;
  if (import.rejected > 0) {
    auto written = write_rejects(store, import, rejects_file(folder, import));
    if (!written) return written.error();
    report.rejects = *std::move(written);
  }
  return report;
}

Json import_json(const ImportReport& report) {
  const Import& import = report.outcome.import;
  Json json = {{"import", import.number},
               {"name", import.name},
               {"records", import.records},
               {"records_before", report.outcome.records_before},
               {"taken", import.taken},
               {"duplicates", import.duplicates},
               {"rejected", import.rejected},
               {"was_there_already", report.outcome.was_there_already},
               {"started", timestamp_text(import.started)},
               {"rejects", Json::object()}};
  for (const auto& [reason, count] : report.rejects) {
    json["rejects"][std::string(reject_reason_name(reason))] = count;
  }
  return json;
}

std::optional<ImportReport> parse_import(const Json& json) {
  if (!json.is_object() || !json.contains("import") || !json.contains("rejects")) {
    return std::nullopt;
  }
  ImportReport report;
  Import& import = report.outcome.import;
  import.number = json.value("import", import.number);
  import.name = json.value("name", "");
  import.records = json.value("records", import.records);
  import.taken = json.value("taken", import.taken);
  import.duplicates = json.value("duplicates", import.duplicates);
  import.rejected = json.value("rejected", import.rejected);
  report.outcome.records_before = json.value("records_before", std::uint64_t{0});
  report.outcome.was_there_already = json.value("was_there_already", false);
  const auto started = parse_timestamp(json.value("started", ""));
  if (const auto* instant = std::get_if<Instant>(&started)) import.started = *instant;
  for (const auto& [name, count] : json["rejects"].items()) {
    for (std::size_t at = 0; at < kRejectReasons; ++at) {
      const auto reason = static_cast<RejectReason>(at);
      if (reject_reason_name(reason) == name) report.rejects[reason] = count;
    }
  }
  return report;
}

Json preview_json(const ImportPreview& preview) {
  Json json = {{"format", preview.format},
               {"columns", Json::array()},
               {"rows", Json::array()},
               {"rejects", Json::array()},
               {"problem", Json()}};
  for (std::size_t at = 0; at < preview.columns.size(); ++at) {
    const auto field = preview.mapping.field_of(at);
    json["columns"].push_back(
        {{"column", preview.columns[at]}, {"field", field ? Json(field_name(*field)) : Json()}});
  }
  for (const auto& row : preview.rows) {
    Json fields = Json::object();
    for (std::size_t at = 0; at < row.size() && at < kFieldCount; ++at) {
      if (!row[at].empty()) fields[std::string(kFieldNames[at])] = row[at];
    }
    json["rows"].push_back(std::move(fields));
  }
  for (const Reject& reject : preview.rejects) {
    json["rejects"].push_back({{"line", reject.line},
                               {"reason", reject_reason_name(reject.reason)},
                               {"value", reject.value},
                               {"advice", reject_reason_advice(reject.reason)}});
  }
  return json;
}

}  // namespace tidemark
