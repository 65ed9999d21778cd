#include "score/level_listing.h"

#include <algorithm>

#include "scoring/display.h"

namespace tidemark {

LevelListing::LevelListing(DayRange days, std::vector<LevelRecord> before,
                           std::vector<LevelRecord> within, std::vector<Change> changes)
    : days_(days),
      before_(std::move(before)),
      within_(std::move(within)),
      changes_(std::move(changes)) {}

void LevelListing::for_each(const std::vector<AccountNumber>& accounts,
                            const std::function<std::optional<Points>(Day)>& reference_on,
                            const std::function<void(const LevelOfDay&)>& visit) const {
  std::size_t known = 0;
  for (const auto* records : {&before_, &within_}) {
    for (const LevelRecord& record : *records)
      known = std::max(known, record.account + std::size_t{1});
  }
  for (const AccountNumber account : accounts) known = std::max(known, account + std::size_t{1});
  std::vector<const LevelRecord*> current(known);
  for (const LevelRecord& record : before_) current[record.account] = &record;
  auto next = within_.begin();
  for (Day day = days_.first; day <= days_.last; ++day) {
    for (; next != within_.end() && next->day == day; ++next) current[next->account] = &*next;
    const auto reference = reference_on(day);
    for (const AccountNumber account : accounts) {
      const LevelRecord* record = current[account];
      if (record == nullptr) continue;
      LevelOfDay row{day, account, record->points, {}, record->level, record->standing.level};
      if (reference) row.display = display_of(record->points, *reference);
      visit(row);
    }
  }
}

LevelListing compute_levels(const ScoredActivity& activity, const LevelLadder& ladder,
                            DayRange days, const Cores& cores) {
  std::vector<LevelRecord> latest = nothing_published(activity.accounts());
  Publication publication = publish(activity, ladder, days, Beginning::plain_levels, latest, cores);
  return {days, {}, std::move(publication.records), std::move(publication.changes)};
}

Result<LevelListing> published_levels(Store& store, DayRange days) {
  auto before = store.records_as_of(days.first - 1);
  if (!before) return before.error();
  auto within = store.records_within(days);
  if (!within) return within.error();
  auto changes = store.changes_within(days);
  if (!changes) return changes.error();
  return LevelListing(days, *std::move(before), *std::move(within), *std::move(changes));
}

}  // namespace tidemark
