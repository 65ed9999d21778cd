#pragma once

#include "store/duckdb/database.h"
#include "store/store.h"

namespace tidemark::duck {

/// Writes what `step` says, within the caller's transaction. Fails with `conflict` when the days do
/// not follow directly on those published, so nothing is ever published twice.
Result<void> publish(Connection& connection, const PublishStep& step);
Result<void> forget_published(Connection& connection);
Result<void> mark_days(Connection& connection, const std::vector<IncompleteDay>& marks);
Result<std::vector<IncompleteDay>> incomplete_days(Connection& connection);

Result<std::vector<PublishedDay>> published_days(Connection& connection);
Result<std::vector<Calibration>> calibrations(Connection& connection);
Result<void> keep_evidence(Connection& connection, Day calibration, const std::string& evidence);
Result<std::optional<std::string>> evidence_of(Connection& connection, Day calibration);
Result<std::optional<DefinitionVersion>> definition(Connection& connection,
                                                    const std::string& hash);
Result<std::vector<LevelRecord>> records_as_of(Connection& connection, Day day);
Result<std::vector<LevelRecord>> records_within(Connection& connection, DayRange days);
Result<std::vector<LevelRecord>> records_of(Connection& connection, AccountNumber account);
Result<std::vector<Change>> changes_within(Connection& connection, DayRange days);
Result<std::vector<PublishedMerge>> published_merges(Connection& connection);
Result<std::vector<Correction>> corrections_of(Connection& connection, AccountNumber account);
Result<std::vector<Change>> changes_of(Connection& connection, AccountNumber account);

}  // namespace tidemark::duck
