#pragma once

#include <vector>

#include "evidence/tracking_gap.h"
#include "store/sqlite/control.h"
#include "store/store.h"

namespace tidemark {

/// What came of each source of live events on the days that tell whether events of `days` are
/// missing, those days included; by the days of the definition's zone.
Result<std::vector<SourceTraffic>> source_traffic(Store& store, const Definition& definition,
                                                  const std::vector<Source>& sources,
                                                  DayRange days);

}  // namespace tidemark
