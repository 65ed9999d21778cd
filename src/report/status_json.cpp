#include "report/status_json.h"

#include <fmt/format.h>

#include "report/words.h"
#include "wire/timestamp.h"

namespace tidemark {

std::string instant_words(Instant at) {
  return timestamp_text(std::chrono::floor<std::chrono::seconds>(at));
}

std::string next_words(const WorkspaceStatus& status, Day last_finished) {
  if (status.events == 0) return "import events: tidemark import FILE";
  if (!status.unfinished_imports.empty()) {
    return fmt::format("go on with the import of {}: tidemark import, the same file",
                       visible(status.unfinished_imports.front()));
  }
  if (!status.last_published) return "publish the whole history: tidemark score";
  const int missing = last_finished - status.last_published->day;
  if (missing <= 0) {
    return status.definition_has_changed
               ? "every finished day is published; the next one comes under the edited definition: "
                 "tidemark definition diff"
               : "nothing: every finished day is published";
  }
  return fmt::format("publish {} up to {}{}: tidemark score", counted(missing, "day", "days"),
                     readable_day(last_finished),
                     status.definition_has_changed
                         ? " under the edited definition (tidemark definition diff), with new cuts"
                         : "");
}

Json status_json(const WorkspaceStatus& status, const Definition& definition,
                 const std::vector<JournalEntry>& journal, Day last_finished) {
  Json json = {{"definition", status.definition},
               {"definition_has_changed", status.definition_has_changed},
               {"time_zone", definition.time_zone},
               {"accounts", status.accounts},
               {"event_names", status.event_names},
               {"events", status.events},
               {"last_finished_day", day_text(last_finished)},
               {"next", next_words(status, last_finished)}};
  json["last_import"] = Json();
  if (status.last_import) {
    json["last_import"] = {{"name", status.last_import->name},
                           {"started", instant_words(status.last_import->started)},
                           {"taken", status.last_import->taken},
                           {"rejected", status.last_import->rejected},
                           {"is_complete", status.last_import->is_complete}};
  }
  json["first_published"] = Json();
  json["last_published"] = Json();
  if (status.last_published) {
    json["first_published"] = day_text(status.first_published->day);
    json["last_published"] = day_text(status.last_published->day);
  }
  json["calibration"] = status.calibration ? Json(day_text(status.calibration->day)) : Json();
  json["runs"] = Json::array();
  for (const JournalEntry& entry : journal) {
    json["runs"].push_back({{"started", instant_words(entry.started)},
                            {"command", entry.command},
                            {"ended", entry.ended ? Json(instant_words(*entry.ended)) : Json()},
                            {"outcome", entry.outcome}});
  }
  return json;
}

}  // namespace tidemark
