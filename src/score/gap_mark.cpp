#include "score/gap_mark.h"

#include <algorithm>

#include <fmt/format.h>

#include "score/score_run.h"

namespace tidemark {

Result<GapMarkOutcome> mark_gap(Store& store, const Definition& definition, const GapMark& mark,
                                Day finished, const std::atomic<bool>& is_interrupted,
                                const std::function<void(Day, Day)>& on_progress) {
  const Day day = mark.day;
  if (day > finished) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} has not ended: the last finished day is {}", day_text(day),
                             day_text(finished))};
  }
  const auto marks = store.incomplete_days();
  if (!marks) return marks.error();
  const auto known = std::ranges::find(*marks, day, &IncompleteDay::day);
  const bool is_held = known != marks->end() && !known->is_lifted;
  if (is_held != mark.lifts) {
    return Error{ErrorKind::conflict, fmt::format("{} is {}; see tidemark gaps", day_text(day),
                                                  mark.lifts ? "not marked as incomplete"
                                                             : "marked as incomplete already")};
  }
  IncompleteDay marked{day, mark.why, true, false};
  if (mark.lifts) {
    marked = *known;
    marked.is_lifted = true;
  }
  const auto published = store.published_days();
  if (!published) return published.error();
  if (published->empty() || published->back().day < day) {
    if (auto done = store.mark_days({marked}); !done) return done.error();
    return GapMarkOutcome{};
  }
  if (day < published->front().day) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{} is before the first published day, {}; on days that were not "
                             "published nobody moved",
                             day_text(day), day_text(published->front().day))};
  }
  const Day last = published->back().day;
  const auto before = store.changes_within({day, last});
  if (!before) return before.error();
  const Cores cores = Cores::all();
  const auto activity = load_activity(store, definition, cores);
  if (!activity) return activity.error();
  ScoreRun run(store, *activity, cores);
  run.publish_anew(marked);
  const auto outcome = run.until(last, is_interrupted, [&](Day done) { on_progress(done, last); });
  if (!outcome) return outcome.error();
  return GapMarkOutcome{last - day + 1, outcome->changes, std::ssize(*before)};
}

}  // namespace tidemark
