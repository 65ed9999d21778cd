#pragma once

#include "store/clickhouse/view.h"
#include "store/store.h"

namespace tidemark::click {

Result<void> publish(const View& before, const PublishStep& step, std::uint64_t number);
/// The records, changes and corrections alone.
Result<void> publish_part(const Server& server, const PublishStep& part, std::uint64_t number);
Result<void> forget_published(const View& before, std::uint64_t number);
/// The conditions that rows of a table are to be seen, of those tables that grow with accounts and
/// days; by the table's name.
Result<std::vector<std::pair<std::string, std::string>>> seen_by_table(const View& view);
Result<void> mark_days(const View& before, const std::vector<IncompleteDay>& marks,
                       std::uint64_t number);
Result<std::vector<IncompleteDay>> incomplete_days(const View& view);
Result<std::vector<PublishedDay>> published_days(const View& view);
Result<std::vector<Calibration>> calibrations(const View& view);
Result<void> keep_evidence(const View& before, Day calibration, const std::string& evidence,
                           std::uint64_t number);
Result<std::optional<std::string>> evidence_of(const View& view, Day calibration);
Result<std::optional<DefinitionVersion>> definition(const View& view, const std::string& hash);
Result<std::vector<LevelRecord>> records_as_of(const View& view, Day day, AccountRange accounts);
Result<std::vector<LevelRecord>> records_within(const View& view, DayRange days);
Result<std::vector<LevelRecord>> records_of(const View& view, AccountNumber account);
Result<std::vector<Change>> changes_within(const View& view, DayRange days);
Result<std::vector<Change>> changes_of(const View& view, AccountNumber account);
Result<std::vector<Correction>> corrections_within(const View& view, DayRange days);
Result<std::vector<Correction>> corrections_of(const View& view, AccountNumber account);
Result<std::vector<PublishedMerge>> published_merges(const View& view);

}  // namespace tidemark::click
