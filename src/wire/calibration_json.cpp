#include "wire/calibration_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "wire/names.h"

namespace tidemark {

std::string calibration_json(const Calibration& calibration) {
  nlohmann::ordered_json json = {{"day", day_text(calibration.day)},
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
  return json.dump(1);
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
