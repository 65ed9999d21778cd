#include "score/work_terms.h"

#include "wire/json.h"

namespace tidemark {

std::string WorkTerms::json() const {
  Json all = {
      {"version", version},          {"definition", definition},           {"until", until.number},
      {"finished", finished.number}, {"is_recalibrated", is_recalibrated}, {"is_anew", is_anew},
      {"shares", Json::array()}};
  for (const AccountRange& share : shares) all["shares"].push_back({share.first, share.end});
  return all.dump();
}

std::optional<WorkTerms> WorkTerms::parse(const std::string& json) {
  const Json all = Json::parse(json, nullptr, false);
  try {
    WorkTerms terms{all.at("version"),
                    all.at("definition"),
                    Day{all.at("until")},
                    Day{all.at("finished")},
                    all.at("is_recalibrated"),
                    all.at("is_anew"),
                    {}};
    for (const Json& share : all.at("shares")) terms.shares.push_back({share.at(0), share.at(1)});
    return terms;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

}  // namespace tidemark
