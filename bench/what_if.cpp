// B7: what other points would make of it, in a warm process: cuts made anew, levels on every day,
// who moves, and how well the levels would have told who leaves.
#include "score/what_if.h"
#include "bench/leavers.h"
#include "bench/stopwatch.h"
#include "evidence/calibration.h"
#include "scoring/level_census.h"

namespace tidemark::bench {
namespace {

void run(const StandardData& data) {
  const Cores cores = Cores::all();
  auto loaded = std::make_shared<LoadedActivity>();
  loaded->definition = standard_definition(1);
  loaded->signals = {standard_names(), {}};
  loaded->history = history_with_leavers(data, cores);
  for (std::size_t account = 0; account < data.accounts; ++account) {
    loaded->account_ids.push_back(fmt::format("account-{}", account));
  }
  const Day day = loaded->history.days().last;
  const WhatIf is = what_if(view_of(loaded, loaded->definition, day, std::nullopt, cores), cores);

  Definition changed = loaded->definition;
  changed.actions.front().points = Points{4000};
  WhatIf becomes;
  WhatMoves moves;
  std::vector<ExplainedMove> movers;
  const double asking = best_seconds(5, [&] {
    becomes = what_if(view_of(loaded, changed, day, std::nullopt, cores), cores);
    moves = what_moves(is.view.levels, becomes.view.levels);
    movers = explain_moves(moves, is.view, becomes.view, 20);
  });
  CHECK(becomes.view.calibration.cuts && !moves.moved.empty() && becomes.trial.auc);

  const ScoredActivity& scored = *becomes.view.scored;
  const double seeing = best_seconds(
      3, [&] { ScoredActivity(loaded->history, loaded->signals, changed, {}, cores); });
  const double calibrating =
      best_seconds(3, [&] { calibrate(day, take_samples(scored, day, cores)); });
  const double levelling =
      best_seconds(3, [&] { plain_levels(scored, becomes.view.ladder(), day, cores); });
  const DayRange days = scored.days();
  const double counting = best_seconds(3, [&] {
    count_levels(loaded->history, scored.points(), becomes.view.ladder(), days, cores);
  });
  fmt::print(
      "B7 what-if {}: {} accounts, {} days, {:.1f} M cells, {} threads\n"
      "  the whole answer          {:8.0f} ms  ({} move)\n"
      "    the definition compiled {:8.0f} ms\n"
      "    cuts of the day         {:8.0f} ms\n"
      "    levels of the day       {:8.0f} ms\n"
      "    levels of every day     {:8.0f} ms\n"
      "    {} month-ends tried     {:8.0f} ms  (the rest; {} accounts)\n",
      data.name, data.accounts, data.days, static_cast<double>(loaded->history.cells()) / 1e6,
      cores.threads(), asking * 1000, moves.moved.size(), seeing * 1000, calibrating * 1000,
      levelling * 1000, counting * 1000, becomes.trial.days.size(),
      (asking - seeing - calibrating - levelling - counting) * 1000, becomes.trial.accounts);
}

}  // namespace
}  // namespace tidemark::bench

int main(int argc, char** argv) {
  tidemark::bench::run(tidemark::bench::data_named(argc > 1 ? argv[1] : "tiny"));
}
