#pragma once

#include <map>

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// Writes what `step` says, within the caller's transaction. Fails with `conflict` when the days do
/// not follow directly on those published, so nothing is ever published twice.
Result<void> publish(Connection& connection, const PublishStep& step);
Result<void> forget_published(Connection& connection);
Result<void> mark_days(Connection& connection, const std::vector<IncompleteDay>& marks);
Result<std::vector<IncompleteDay>> incomplete_days(Connection& connection);

/// What was published so far.
struct PublishedLog {
  std::string log;  // another name after published days were forgotten
  std::optional<Day> last;
};
Result<PublishedLog> published_log(Connection& connection);

Result<std::vector<PublishedDay>> published_days(Connection& connection);
Result<std::vector<Calibration>> calibrations(Connection& connection);
Result<void> keep_evidence(Connection& connection, Day calibration, const std::string& evidence);
Result<std::optional<std::string>> evidence_of(Connection& connection, Day calibration);
/// All versions days were published under, by hash.
using Definitions = std::map<std::string, DefinitionVersion>;
Result<Definitions> definitions(Connection& connection);
Result<std::vector<LevelRecord>> records_as_of(Connection& connection, Day day,
                                               AccountRange accounts);
Result<std::vector<LevelRecord>> records_within(Connection& connection, DayRange days);
/// Those up to the day `copied` are read from the copy in the order of accounts, where there is
/// one; changes likewise.
Result<std::vector<LevelRecord>> records_of(Connection& connection, AccountNumber account,
                                            std::optional<Day> copied);
Result<std::vector<Change>> changes_within(Connection& connection, DayRange days);
Result<std::vector<PublishedMerge>> published_merges(Connection& connection);
Result<std::vector<Correction>> corrections_within(Connection& connection, DayRange days);
Result<std::vector<Correction>> corrections_of(Connection& connection, AccountNumber account);
Result<std::vector<Change>> changes_of(Connection& connection, AccountNumber account,
                                       std::optional<Day> copied);

}  // namespace tidemark::duck
