#include "wire/calibration_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "wire/names.h"

namespace tidemark {

namespace {

SilenceRate read_rate(const Json& json) {
  return {json.at("left"), json.at("all"), json.at("share"), json.at("least"), json.at("most")};
}

Json interval_json(const std::optional<CutInterval>& interval) {
  if (!interval) return {};
  return {{"least", interval->least.milli}, {"most", interval->most.milli}};
}

std::optional<CutInterval> read_interval(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return CutInterval{Points{json.at("least")}, Points{json.at("most")}};
}

}  // namespace

Json rate_json(const SilenceRate& rate) {
  return {{"left", rate.left},
          {"all", rate.all},
          {"share", rate.share},
          {"least", rate.least},
          {"most", rate.most}};
}

Json evidence_json(const CalibrationEvidence& evidence) {
  Json json = {{"draws", evidence.draws},
               {"low_cut", interval_json(evidence.low_cut)},
               {"high_cut", interval_json(evidence.high_cut)},
               {"low", rate_json(evidence.low)},
               {"medium", rate_json(evidence.medium)},
               {"high", rate_json(evidence.high)},
               {"above_low", rate_json(evidence.above_low)}};
  json["curve"] = Json::array();
  for (const RiskStretch& stretch : evidence.curve) {
    json["curve"].push_back({{"from", stretch.from.milli},
                             {"to", stretch.to.milli},
                             {"rate", rate_json(stretch.rate)}});
  }
  return json;
}

Result<CalibrationEvidence> parse_evidence(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  try {
    CalibrationEvidence evidence;
    evidence.draws = json.at("draws");
    evidence.low_cut = read_interval(json.at("low_cut"));
    evidence.high_cut = read_interval(json.at("high_cut"));
    evidence.low = read_rate(json.at("low"));
    evidence.medium = read_rate(json.at("medium"));
    evidence.high = read_rate(json.at("high"));
    evidence.above_low = read_rate(json.at("above_low"));
    for (const Json& stretch : json.at("curve")) {
      evidence.curve.push_back(
          {Points{stretch.at("from")}, Points{stretch.at("to")}, read_rate(stretch.at("rate"))});
    }
    return evidence;
  } catch (const Json::exception&) {
    return Error{ErrorKind::corrupt_data, "stored evidence of a calibration cannot be read"};
  }
}

Json calibration_json(const Calibration& calibration) {
  Json json = {{"day", day_text(calibration.day)},
               {"churn_episodes", calibration.churn_episodes},
               {"snapshots_left", calibration.snapshots_left},
               {"snapshots_stayed", calibration.snapshots_stayed},
               {"engaged_accounts", calibration.engaged_accounts}};
  if (!calibration.cuts) {
    json["basis"] = "too few accounts";
  } else {
    json["basis"] = basis_name(calibration.basis);
    json["reference"] = calibration.cuts->reference.milli;
    json["low_cut"] = calibration.cuts->low.milli;
    json["high_cut"] = calibration.cuts->high.milli;
    json["high_guard"] = guard_name(calibration.high_guard);
  }
  return json;
}

Result<Calibration> parse_calibration(std::string_view text, std::string_view source) {
  const auto fail = [&](std::string_view what) {
    return Error{ErrorKind::invalid_input, fmt::format("{}: {}", source, what)};
  };
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return fail("not a calibration (expected a JSON object)");
  const auto number = [&](const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : -1;
  };

  Calibration calibration;
  const auto day = json.value("day", nlohmann::json());
  const auto parsed = day.is_string() ? parse_day(day.get<std::string>()) : std::nullopt;
  if (!parsed) return fail("day must be written as 2026-03-31");
  calibration.day = *parsed;
  calibration.churn_episodes = std::max<std::int64_t>(0, number("churn_episodes"));
  calibration.snapshots_left = std::max<std::int64_t>(0, number("snapshots_left"));
  calibration.snapshots_stayed = std::max<std::int64_t>(0, number("snapshots_stayed"));
  calibration.engaged_accounts = std::max<std::int64_t>(0, number("engaged_accounts"));
  for (const auto basis :
       {CutBasis::churn, CutBasis::risk_crossing, CutBasis::churned_median, CutBasis::typical}) {
    if (json.value("basis", nlohmann::json()) == basis_name(basis)) calibration.basis = basis;
  }
  for (const auto guard : {HighGuard::fence, HighGuard::percentile_95, HighGuard::percentile_85,
                           HighGuard::low_cut_and_quarter}) {
    if (json.value("high_guard", nlohmann::json()) == guard_name(guard)) {
      calibration.high_guard = guard;
    }
  }
  if (!json.contains("low_cut") && !json.contains("high_cut") && !json.contains("reference")) {
    return calibration;
  }
  calibration.cuts =
      Cuts{Points{number("reference")}, Points{number("low_cut")}, Points{number("high_cut")}};
  if (calibration.cuts->reference.milli <= 0 || calibration.cuts->low.milli < 0 ||
      calibration.cuts->high.milli < calibration.cuts->low.milli) {
    return fail(
        "reference, low_cut and high_cut must be whole milli-points, reference above 0 and "
        "high_cut not below low_cut");
  }
  return calibration;
}

}  // namespace tidemark
