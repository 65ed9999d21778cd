#include "report/calibration_report_json.h"

#include "report/level_json.h"
#include "wire/calibration_json.h"

namespace tidemark {

Json calibration_report_json(const CalibrationReport& report) {
  Json json = calibration_json(report.calibration);
  json["is_published"] = report.is_published;
  if (report.evidence) {
    json["evidence"] = evidence_json(*report.evidence);
    json["is_certain"] = report.evidence->is_certain(*report.calibration.cuts);
  }
  if (report.before) json["before"] = calibration_json(*report.before);
  if (report.moves) {
    json["moves"] = Json::array();
    for (const WhatMoves::Account& move : report.moves->moved) {
      json["moves"].push_back({{"account_id", report.account_ids[move.account]},
                               {"from", level_name(move.before.level)},
                               {"to", level_name(move.after.level)},
                               {"milli_points", move.after.points.milli}});
    }
  }
  return json;
}

}  // namespace tidemark
