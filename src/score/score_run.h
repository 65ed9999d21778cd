#pragma once

#include <atomic>
#include <functional>

#include "evidence/tracking_gap.h"
#include "score/loaded_activity.h"
#include "score/team.h"
#include "scoring/publication.h"
#include "store/sqlite/control.h"

namespace tidemark {

/// What a run published.
struct ScoreOutcome {
  DayRange days{Day{0}, Day{-1}};  // empty when all was published already
  std::int64_t changes = 0;
  std::optional<Day> unpublished_since;   // activity before the first published day begins here
  std::int64_t corrections = 0;           // accounts that late events had changed
  std::vector<Calibration> calibrations;  // made on the way
  std::vector<IncompleteDay> held;        // days of the run on which nobody moved
};

/// The last day that may be published without somebody saying so: the last that has ended, but none
/// behind the day of the newest event. A clock that is ahead, or an import that is late, would make
/// all accounts fall silent otherwise. None without events.
Result<std::optional<Day>> last_day_with_events(Store& store, Day finished, TimeZone zone);

/// The last published day, where it is not over: the clock was wrong when it was published.
Result<std::optional<Day>> published_in_future(Store& store, Day finished);

/// Publishes every missing day up to `until`, in order: levels, changes, and the calibrations due
/// at the ends of months. Each stored step holds whole days; a run that was cut off goes on where
/// it stopped, and one that has nothing to do changes nothing.
class ScoreRun {
 public:
  /// In a team `activity` is that of its own accounts; what is published is the same. Who does not
  /// lead only reads `store`.
  ScoreRun(Store& store, const LoadedActivity& activity, const Cores& cores);
  ScoreRun(Store& store, const LoadedActivity& activity, const Cores& cores, Team& team);

  /// The days with activity of all accounts; empty where the definition calls no event activity.
  Result<DayRange> active_days();

  /// Calibrates before the next day, whatever the definition says about when.
  void recalibrate_now() { is_calibration_due_ = true; }

  /// Publishes the whole history under today's definition, whatever was published: that is
  /// forgotten once there is something to publish in its place.
  void begin_anew() { is_all_anew_ = true; }

  /// Looks at the days of the week up to `finished`, the last that has ended, before they are
  /// published, and holds those of which events are missing, unless their mark was lifted. Of older
  /// days all has come by now that will.
  void watch_recent(Day finished, std::vector<Source> sources) {
    watched_from_ = finished - 6;
    sources_ = std::move(sources);
  }

  /// Marks a day with the run, and recomputes from it on.
  void publish_anew(const IncompleteDay& mark);

  /// Forgets what was published from the day on and publishes it again, by today's definition;
  /// calibrations made then are made again. Where no day is left to publish, it is only forgotten.
  void recompute_from(Day day) { recomputed_from_ = day; }

  /// `on_progress` is told each day up to which all is durable. Fails with `interrupted` when told
  /// to stop.
  Result<ScoreOutcome> until(Day last, const std::atomic<bool>& is_interrupted,
                             const std::function<void(Day done)>& on_progress);

 private:
  Result<void> load_state();
  Result<void> load_marks(DayRange days, PublishStep& step);
  Result<std::vector<TrackingGap>> gaps_within(DayRange days);
  Result<void> keep_evidence();
  Result<void> forget_recomputed(Day first);
  /// Holds the merges in force against those behind what was published.
  Result<void> note_merges(Day first, PublishStep& step);
  bool is_by_merge(const Change& change) const;
  Result<void> recalibrate(Day day, PublishStep& step);
  void publish_segment(DayRange days, PublishStep& step);
  void take_in(Publication publication, DayRange days, PublishStep& step);
  /// Whether enough has been gathered to be stored.
  Result<bool> is_full(const PublishStep& step);
  /// The name of the next question to the team.
  std::string topic(std::string_view what);
  bool definition_has_changed() const;
  bool is_calibration_due(Day before) const;

  Alone alone_;
  Team& team_;
  int questions_ = 0;
  std::optional<std::pair<DayRange, DayRange>> days_;  // with events, with activity; of all
  Store& store_;
  const Cores& cores_;
  const LoadedActivity& activity_;
  ScoredActivity scored_;
  DefinitionVersion version_;

  // Where publication stands.
  std::optional<Day> first_published_;
  std::optional<PublishedDay> last_day_;
  std::optional<Calibration> calibration_;
  bool is_calibration_due_ = false;
  bool is_all_anew_ = false;
  std::vector<LevelRecord> latest_;  // by account number
  std::vector<PublishedMerge> merges_;

  std::optional<Day> watched_from_;
  std::vector<Source> sources_;  // of live events
  std::optional<Day> recomputed_from_;
  std::optional<IncompleteDay> mark_;
  std::vector<Day> calibrated_before_;  // calibrations of the days that are published anew
  std::vector<IncompleteDay> marks_;    // of the days of the run
};

/// The last day that has ended in the zone, and had time for late events.
Day last_finished_day(const Clock& clock, TimeZone zone);

}  // namespace tidemark
