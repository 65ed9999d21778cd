#pragma once

#include "score/gap_report.h"
#include "wire/json.h"

namespace tidemark {

/// What came that day and what usually comes, or why it is marked.
std::string gap_evidence_words(const GapDay& day, const Definition& definition);

/// Days of which events are missing, or that are marked so.
Json gaps_json(const std::vector<GapDay>& days, const Definition& definition);

}  // namespace tidemark
