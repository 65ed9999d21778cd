#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace tidemark {

/// Plays a scenario: a text of rules, events and questions. Returns the text with every answer
/// worked out anew; a scenario holds when that is the text itself.
///
///   zone Europe/Berlin                    default UTC
///   engaged_day 1                         points
///   action report_created 5 every cap=2   event, points, repeat rule, cap
///   not_activity email_bounced
///   cuts reference=20 low=12 high=80      points; without cuts they are calibrated at the ends of
///   months event 2026-03-01T22:30Z acme report_created x3 event 2026-03-01..2026-03-30/7 a{1..25}
///   report_created     every seventh day, accounts a1 to a25 days 2026-03-01..2026-04-30 what is
///   published
///
///   score 2026-03-30 acme = 14.142 points, 1 engaged days, habit 1.000
///   level 2026-03-30 acme = low, published low, shows 41
///   changes acme = 2026-03-01 inactive->low, 2026-03-31 low->inactive
///   calibration 2026-03-31 = churn, …
Result<std::string> play_scenario(const std::string& text);

}  // namespace tidemark
