#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "cli/level_source.h"

namespace tidemark {

RunCommand declare_levels(CLI::App& app) {
  const auto options = std::make_shared<ListingOptions>();
  add_listing_options(app, *options, TakesCalibration::yes);
  app.footer(
      "Prints what was published. With --definition or --calibration it computes what would be, "
      "from each account's plain level of the day before.\n\nExamples:\n  tidemark levels --from "
      "2026-03-01 --to 2026-03-31 --csv\n  tidemark levels --to 2026-03-31 --definition "
      "draft.toml");
  return [options](const Invocation& invocation) -> Result<void> {
    const auto source = open_levels(invocation, *options);
    if (!source) return source.error();
    RowWriter rows(
        *options, invocation.terminal,
        {{"day"}, {"account_id"}, {"display", Table::Align::right}, {"level"}, {"published"}});
    DayColumn days_of_rows;
    source->listing.for_each(
        source->by_id, [&](Day asked) { return source->reference_on(asked); },
        [&](const LevelOfDay& level) {
          rows.add({days_of_rows.text(level.day), source->account_ids[level.account],
                    level.display ? fmt::format_int(*level.display).c_str() : "",
                    level_name(level.level), level_name(level.published)});
        });
    return {};
  };
}

RunCommand declare_changes(CLI::App& app) {
  const auto options = std::make_shared<ListingOptions>();
  add_listing_options(app, *options, TakesCalibration::yes);
  app.footer(
      "Prints what was published. With --definition or --calibration it computes what would be, "
      "from each account's plain level of the day before.\n\nExamples:\n  tidemark changes --from "
      "2026-03-01 --to 2026-03-31 --csv\n  tidemark changes --to 2026-03-31 --json");
  return [options](const Invocation& invocation) -> Result<void> {
    const auto source = open_levels(invocation, *options);
    if (!source) return source.error();
    std::vector<std::uint32_t> rank(source->by_id.size());
    for (std::uint32_t at = 0; at < rank.size(); ++at) rank[source->by_id[at]] = at;
    std::vector<Change> changes = source->listing.changes();
    std::ranges::sort(changes, {}, [&](const Change& change) {
      return std::pair(change.day, rank[change.account]);
    });
    RowWriter rows(*options, invocation.terminal, {{"day"}, {"account_id"}, {"from"}, {"to"}});
    for (const Change& change : changes) {
      rows.add({day_text(change.day), source->account_ids[change.account], level_name(change.from),
                level_name(change.to)});
    }
    return {};
  };
}

}  // namespace tidemark
